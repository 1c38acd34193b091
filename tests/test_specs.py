"""Literate specs: `tests/specs/<subject>/<rule>.md`, one project per `##` section.

A fence is a file (see `deploylint.documentation` for its path). A comment `error: rule-name` on a
line, or on a line of its own above it, says that this rule's primary location starts on that line;
several rules are separated by blanks. The comment may be any comment of the format. Every other
finding of the spec's own rule fails the test, and findings of other rules are not looked at, unless
the section's text holds the words "all rules".
"""

import re
from pathlib import Path

import pytest
from deploylint.documentation import fenced_files
from support import all_rules, check_sources

FOLDER = Path(__file__).parent / "specs"
SPECS = sorted(FOLDER.glob("*/*.md"))
_MARK = re.compile(
    r"^(?P<before>.*?)[ \t]*(?:#|;|//|<!--)[ \t]*error:[ \t]*(?P<rules>[a-z][a-z0-9 -]*[a-z0-9])(?:[ \t]*-->)?[ \t]*$"
)


def sections(path):
    parts = re.split(r"^## +(.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


CASES = [(path, title, body) for path in SPECS for title, body in sections(path)]


def expected(sources):
    """(path, line, rule) for every mark; a mark on its own line stands for the next line that has none."""
    marks = set()
    for source in sources:
        pending = []
        for number, line in enumerate(source.text.splitlines(), 1):
            match = _MARK.match(line)
            if match and not match["before"].strip():
                pending += match["rules"].split()
                continue
            rules = pending + (match["rules"].split() if match else [])
            marks |= {(source.path, number, rule) for rule in rules}
            pending = []
    return marks


@pytest.mark.parametrize(
    ("path", "title", "body"), CASES, ids=[f"{path.stem}: {title}" for path, title, _ in CASES]
)
def test_spec(path, title, body):
    sources = fenced_files(body)
    assert sources, f"{title} has no file"
    subject = path.stem
    rules = None if "all rules" in body else [all_rules()[subject]]
    wanted = expected(sources)
    got = {(d.at.path, d.at.start.line, d.rule) for d in check_sources(sources, rules)}
    if rules is not None:
        wanted = {mark for mark in wanted if mark[2] == subject}
    assert got == wanted
