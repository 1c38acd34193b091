"""A rule is called where there may be something for it: in the files that have what it asks for."""

import pytest
from deploylint import Finding, Findings, Severity, engine, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.source import Source
from support import project_of

PLAIN = "[Service]\nExecStart=/usr/bin/a\n"
TIMED = "[Service]\nExecStart=/usr/bin/b $HOME\nTimeoutStopSec=5\n"


@rule(Severity.WARNING, given=(("TimeoutStopSec", "TimeoutSec"),))
def named(unit: UnitFile) -> Findings:
    """Finds every unit that it is shown."""
    yield Finding(unit.source.location(0, 1), "named")


@rule(Severity.WARNING, given=(("Socket", "Service"),))
def with_section(unit: UnitFile) -> Findings:
    """Finds every unit that it is shown."""
    yield Finding(unit.source.location(0, 1), "section")


@rule(Severity.WARNING, mentions=("$", "%h"), named=("ExecStart",))
def mentioned(assignment: Assignment) -> Findings:
    """Finds every command that it is shown."""
    yield Finding(assignment.at, "mentioned")


def found(files: dict[str, str]) -> list[tuple[str, str]]:
    diagnostics, problems = engine.check(
        project_of(Source(*item) for item in files.items()), [named, with_section, mentioned]
    )
    assert not problems
    return [(one.rule, one.at.path) for one in diagnostics]


def test_only_files_with_what_a_rule_asks_for():
    assert found({"a.service": PLAIN, "b.service": TIMED}) == [
        ("with-section", "a.service"),
        ("named", "b.service"),
        ("with-section", "b.service"),
        ("mentioned", "b.service"),
    ]


@pytest.mark.parametrize("key", ["TimeoutSec=5", "Environment=A=%h\nTimeoutStopSec=5"])
def test_what_a_drop_in_has_counts_for_the_units(key):
    seen = found({"a.service": PLAIN, "a.service.d/x.conf": f"[Service]\n{key}\n"})
    assert ("named", "a.service") in seen
    assert (("mentioned", "a.service") in seen) == ("%h" in key)


def test_a_section_without_lines_is_there():
    assert ("with-section", "a.socket") in found({"a.socket": "[Unit]\nAfter=a.service\n[Socket]\n"})
    assert not found({"a.socket": "[Unit]\nAfter=a.service\n"})
