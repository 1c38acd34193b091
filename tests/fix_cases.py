"""The examples and specs that bring out a fix, for the tests that make it."""

import inspect
import re
import sys
from functools import cache
from pathlib import Path

from deploylint import documentation
from deploylint.documentation import fenced_files
from deploylint.fixing import apply_edits
from deploylint.source import Source
from support import all_rules, check_sources

SPECS = Path(__file__).parent / "specs"


def cases(rule):
    """(title, files) of the example and of each section of the spec."""
    yield "example", documentation.read(rule.documentation).example("Example")
    text = (SPECS / rule.subject / f"{rule.name}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        yield title, fenced_files(body)


def found(rule, sources):
    return [diagnostic for diagnostic in check_sources(sources, [rule]) if diagnostic.rule == rule.name]


def fixes_of(rule, sources):
    return [one.finding.fix for one in found(rule, sources) if one.finding.fix]


def changed(sources, fix):
    new = apply_edits(fix.edits)
    return [Source(source.path, new.get(source.path, source.text)) for source in sources]


@cache
def showing(rule):
    """The cases of a rule that bring out a fix."""
    return [(title, sources) for title, sources in cases(rule) if fixes_of(rule, sources)]


FIXING = [
    rule
    for rule in all_rules().values()
    if re.search(r"\bfix=", inspect.getsource(sys.modules[rule.check.__module__]))
]
