"""Every fix that an example or a spec brings out is made: alone, with other line ends, at the end of a file.

A fix takes its finding away and brings no new error; of two files that differ in their line ends it makes two that
differ in their line ends.
"""

import re

import pytest
from deploylint import Severity, documentation, example_fixes, packs
from deploylint.source import Source
from fix_cases import FIXING, changed, fixes_of, found, showing
from support import check_sources

# Read differently where lines end with CR LF: uWSGI takes the CR of its YAML files for a part of the value.
LF_ONLY = {"uwsgi-no-need-app": "yaml", "uwsgi-unknown-option": "yaml"}
FEWEST = 80


def errors(sources):
    return {
        (one.rule, one.finding.message) for one in check_sources(sources) if one.severity is Severity.ERROR
    }


def written(sources, change):
    return [Source(source.path, change(source.text)) for source in sources]


def texts(sources):
    return [source.text for source in sources]


def with_crlf(text):
    return text.replace("\n", "\r\n")


def with_no_line_end_at_the_end(text):
    return text.removesuffix("\n")


rules_with_fixes = pytest.mark.parametrize("rule", FIXING, ids=lambda rule: rule.name)


@rules_with_fixes
@pytest.mark.parametrize("change", [str, with_crlf, with_no_line_end_at_the_end])
def test_each_fix_alone(rule, change):
    assert showing(rule), "neither its example nor its spec has a finding with a fix"
    for title, shown in showing(rule):
        if change is with_crlf and any(source.path.endswith(LF_ONLY.get(rule.name, "-")) for source in shown):
            continue
        sources = written(shown, change)
        before, known = found(rule, sources), errors(sources)
        fixes = [one.finding.fix for one in before if one.finding.fix]
        assert fixes, title
        for fix in fixes:
            assert not re.match(r"[A-Z][a-z]+ ", fix.title), "a title begins small, as messages do"
            after = changed(sources, fix)
            assert len(found(rule, after)) < len(before), title
            assert errors(after) <= known, title


@rules_with_fixes
def test_line_ends_stay(rule):
    for title, sources in showing(rule):
        if any(source.path.endswith(LF_ONLY.get(rule.name, "-")) for source in sources):
            continue
        dos = written(sources, with_crlf)
        for fix, same in zip(fixes_of(rule, sources), fixes_of(rule, dos), strict=True):
            assert texts(changed(dos, same)) == [with_crlf(text) for text in texts(changed(sources, fix))], (
                title
            )


@rules_with_fixes
def test_what_is_safe_is_written_down(rule):
    safeties = {fix.safety for _, sources in showing(rule) for fix in fixes_of(rule, sources)}
    text = documentation.read(rule.documentation).sections.get("Fix safety", "")
    for safety in safeties:
        assert re.search(rf"\b{safety.value}\b", text, re.IGNORECASE), f"say why it is {safety.value}"


def test_the_list_of_rules_tells_which_have_fixes():
    """The list is made from the examples, so each rule's example has to show a fix."""
    names = packs.all_names()
    told = {rule.name: example_fixes.safeties(rule, names) for rule in FIXING}
    assert [name for name, kinds in told.items() if not kinds] == []
    assert len(told) >= FEWEST
