"""A comment above any place of a finding, such as either end of one that spans files, silences it.

It is then not called unused.
"""

import pytest
from deploylint import documentation
from deploylint.source import Source
from support import all_rules, check_sources

JUDGES = [all_rules()["unused-suppression"], all_rules()["unknown-rule-in-suppression"]]


def findings(rule, sources):
    return [one for one in check_sources(sources, [rule]) if one.rule == rule.name]


def ends():
    """(rule, sources, finding, place) for every place of every finding of every rule's example."""
    for rule in all_rules().values():
        if rule.subject != "suppression":  # what is said of comments and of JSON
            sources = documentation.read(rule.documentation).example("Example")
            for finding in findings(rule, sources):
                for at in finding.locations:
                    yield rule, sources, finding, at


ENDS = list(ends())


def commented(source, line, rule):
    """The text with a comment above a line, as far in as the line is."""
    lines = source.text.splitlines(keepends=True)
    blanks = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    return "".join(
        [*lines[: line - 1], f"{blanks}# deploylint: ignore[{rule.name}] known\n", *lines[line - 1 :]]
    )


@pytest.mark.parametrize(
    ("rule", "sources", "finding", "at"),
    ENDS,
    ids=[f"{rule.name} {at}" for rule, _, _, at in ENDS],
)
def test_either_end(rule, sources, finding, at):
    changed = [
        Source(source.path, commented(source, at.start.line, rule)) if source.path == at.path else source
        for source in sources
    ]
    before = [one.finding.message for one in findings(rule, sources)]
    after = [one.finding.message for one in findings(rule, changed)]
    assert after.count(finding.finding.message) < before.count(finding.finding.message)
    said = [one.finding.message for one in check_sources(changed, [rule, *JUDGES]) if one.rule != rule.name]
    assert said == []
