"""Every rule's documentation is executed: bad is found, good is clean, the fix leads from one to the other."""

import pytest
from deploylint import documentation
from deploylint.fixing import apply_edits
from support import all_rules, check_sources

RULES = list(all_rules().values())


def examples(rule, section):
    return documentation.read(rule.documentation).example(section)


def found(rule, sources):
    return [diagnostic for diagnostic in check_sources(sources, [rule]) if diagnostic.rule == rule.name]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_example_shows_the_fault(rule):
    sources = examples(rule, "Example")
    assert sources, "the rule has no example"
    assert found(rule, sources)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_use_instead_is_clean(rule):
    sources = examples(rule, "Use instead")
    assert sources, "the rule shows no better way"
    assert not found(rule, sources)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_fixes_of_the_example_lead_to_the_better_way(rule):
    sources = examples(rule, "Example")
    fixes = [diagnostic.finding.fix for diagnostic in found(rule, sources)]
    if not all(fixes):
        pytest.skip("not every finding of the example has a fix")
    fixed = {source.path: source.text for source in sources}
    fixed |= apply_edits([edit for fix in fixes for edit in fix.edits])
    expected = {source.path: source.text for source in examples(rule, "Use instead")}
    assert {path: fixed[path] for path in expected} == expected
