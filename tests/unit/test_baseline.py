"""The baseline file: written as JSON that anybody reads, and read back as it was."""

import json

import pytest
from deploylint import baseline
from deploylint.diagnostic import Confidence, Diagnostic, Finding, Group, Severity
from deploylint.settings import SettingsError
from deploylint.source import Source
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/") | st.sampled_from("\udce4.\u202e"),
    min_size=1,
    max_size=6,
).filter(lambda name: name not in (".", ".."))
COUNTS = st.dictionaries(st.tuples(NAMES, st.from_regex(r"[a-z-]{1,6}", fullmatch=True)), st.integers(1, 9))


def same(name):
    return name


@settings(deadline=None)
@given(COUNTS)
def test_what_is_written_is_read(counts):
    for path in ("deploylint-baseline.json", "ci/known.json"):
        text = baseline.text_of(counts, path)
        assert json.loads(text)["version"] == 1
        entries = baseline.parse(Source(path, text), same)
        assert dict(baseline.recorded(entries)) == counts
        for entry in entries:
            assert json.loads(entry.at.text) == entry.rule


def test_it_is_written_sorted_an_entry_a_line():
    counts = {("b/c.conf", "z"): 1, ("b/c.conf", "a"): 2, ("a.service", "x"): 3}
    expected = {"version": 1, "findings": {"a.service": {"x": 3}, "b/c.conf": {"a": 2, "z": 1}}}
    assert baseline.text_of(counts, "base.json") == json.dumps(expected, indent=2) + "\n"
    assert baseline.text_of({}, "base.json") == json.dumps({"version": 1, "findings": {}}, indent=2) + "\n"


def found(*rules):
    source = Source("a.conf", "abc")
    return [
        Diagnostic(rule, Severity.ERROR, Confidence.HIGH, Group.VALIDITY, Finding(source.location(0, 1), "m"))
        for rule in rules
    ]


def entries(**rules):
    return baseline.parse(Source("b.json", json.dumps({"version": 1, "findings": {"./a.conf": rules}})), same)


@pytest.mark.parametrize(
    ("recorded", "there", "shown", "hidden", "exceeded"),
    [
        ({}, "xx", "xx", "", ""),
        ({"x": 2}, "xx", "", "xx", ""),
        ({"x": 3}, "xx", "", "xx", ""),
        ({"x": 1}, "xxy", "xxy", "", "x"),
        ({"x": 1, "y": 1}, "xy", "", "xy", ""),
    ],
)
def test_all_or_none_of_a_rule_in_a_file_is_hidden(recorded, there, shown, hidden, exceeded):
    left, known, more = baseline.compare(found(*there), entries(**recorded))
    assert ["".join(one.rule for one in each) for each in (left, known)] == [shown, hidden]
    assert more == [baseline.Exceeded("a.conf", rule, recorded[rule], there.count(rule)) for rule in exceeded]


@pytest.mark.parametrize(
    ("recorded", "there", "judged", "stale"),
    [
        ({"x": 2}, "xx", True, []),
        ({"x": 2}, "x", True, [("x", 2, 1, True)]),
        ({"x": 1}, "", True, [("x", 1, 0, True)]),
        ({"x": 1}, "", False, []),
        ({"x": 1}, "xx", True, []),
        ({"unknown": 1}, "", False, [("unknown", 1, 0, False)]),
    ],
)
def test_stale(recorded, there, judged, stale):
    got = baseline.stale(entries(**recorded), found(*there), ["x", "y"], lambda _rule, _path: judged)
    assert [(one.rule, one.recorded, one.found, one.known) for one in got] == stale


def test_a_former_name_counts_for_the_present_one():
    text = json.dumps({"version": 1, "findings": {"a.conf": {"old": 1, "new": 2}}})
    read = baseline.parse(Source("b.json", text), lambda name: {"old": "new"}.get(name, name))
    assert baseline.recorded(read) == {("a.conf", "new"): 3}


@settings(deadline=None)
@given(st.text() | st.from_regex(r'\{"version": 1, "findings": .*\}', fullmatch=True))
def test_anything_else_is_refused_with_its_name(text):
    assert refusal(text).startswith("b.json:")


def refusal(text):
    """What is said against a text; `b.json: fine` where nothing is."""
    try:
        baseline.parse(Source("b.json", text), same)
    except SettingsError as error:
        return str(error)
    return "b.json: fine"
