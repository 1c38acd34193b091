"""Real units: what we call an error at systemd 252 is what `systemd-analyze verify` 252 said of them.

Set DEPLOYLINT_CORPUS to a folder with `systemd/` and `verdicts.json`, which holds verify's messages file by file.
"""

import json
import os
import re
from pathlib import Path

import pytest
from deploylint import Group, Severity, engine
from deploylint.source import Source
from support import all_rules, project_of

CORPUS = os.environ.get("DEPLOYLINT_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="DEPLOYLINT_CORPUS is not set")

LINE = re.compile(r"[^:]+:(?P<line>\d+): (?P<text>.*)")
# Systemd takes the line all the same, or speaks of the machine that verify ran on.
TAKEN = re.compile(
    r"is not executable|Unit uses |is obsolete|Special user nobody|Accepting user/group name|unknown escape"
    r"|no effect in combination|Path not normalized|which is not|legacy directory|is deprecated|Support for option"
    r"|will be removed"
)
# What depends on the machine verify ran on: other architectures, and the system calls that its libseccomp knows.
MACHINE = re.compile(
    r"Failed to parse personality, ignoring: (?:ppc|s390)|Failed to parse system call, ignoring"
)
# `${HOME}` in a path is left to whoever fills in the template.
FILLED_IN = re.compile(r"path is not absolute: \$\{\w+\}$")
AS_A_WHOLE = frozenset({"systemd-unit-refused", "systemd-no-exec-start"})


# Of comments behind values verify sees only those that spoil the value; it looks up no names, and not into [Install].
UNSEEN = frozenset({"systemd-trailing-comment", "systemd-invalid-unit-name", "systemd-cannot-be-enabled"})


def units():
    """Path in the corpus, text and what verify said, of each unit that is no template of Jinja and the like."""
    root = Path(CORPUS)
    verdicts = json.loads((root / "verdicts.json").read_text(encoding="utf-8"))["systemd"]["results"]
    for path, verdict in verdicts.items():
        file = root / path
        if "lines" not in verdict or verdict["templated"] or "systemd-fuzz" in path:
            continue
        yield path, file.read_bytes().decode("utf-8", "replace"), verdict["lines"]


def theirs(lines):
    """Lines that verify would not take, None for the whole unit."""
    found = set()
    for message in lines:
        match = LINE.match(message["msg"])
        if any(known.search(message["msg"]) for known in (TAKEN, MACHINE, FILLED_IN)):
            continue
        if match is not None:
            found.add(int(match["line"]))
        elif message["msg"].endswith("Refusing."):
            found.add(None)
    return found


def ours(path, text):
    """The last physical line of each error, as verify counts; and of those that it may not see."""
    source = Source(path, text)
    rules = [
        rule
        for rule in all_rules().values()
        if rule.subject == "systemd" and (rule.group is Group.VALIDITY or rule.name in UNSEEN)
    ]
    project = project_of([source], {"systemd": (252,)})
    found, problems = engine.check(project, rules)
    assert not problems
    lines, silent = set(), set()
    for diagnostic in found:
        unit = project.documents[0]
        statement = unit.statement(diagnostic.at.span.start)
        line = None if diagnostic.rule in AS_A_WHOLE else source.position(statement.end).line
        if diagnostic.rule in UNSEEN:
            silent.add(line)
        elif diagnostic.severity is Severity.ERROR:
            lines.add(line)
    return lines, silent


def test_errors_are_those_of_verify():
    count = 0
    differing = {}
    for path, text, said in units():
        count += 1
        got, silent = ours(path, text)
        expected = theirs(said)
        if got - silent != expected - silent:
            differing[path] = (got, expected, [m["msg"] for m in said])
    assert count > 1000
    assert not differing
