"""Variables in compose files: what `.env` sets, what a default says, what nobody knows."""

import pytest
from deploylint.facts import Known, Unknown
from deploylint.formats.compose import parse
from deploylint.formats.compose.interpolation import text_value
from deploylint.source import Source

ENV = {"SET": "on", "EMPTY": "", "COMPUTED": None}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$SET", "on"),
        ("${SET}-x", "on-x"),
        ("${SET:-b}", "on"),
        ("${EMPTY:-b}", "b"),
        ("${EMPTY-b}", ""),
        ("${NEW:-b}", "b"),
        ("${NEW-b}", "b"),
        ("${NEW:-${SET}}", "on"),
        ("${NEW:-${OTHER:-c}}d", "cd"),
        ("${SET:+x}", "x"),
        ("${SET+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${SET:?gone}", "on"),
        ("$$SET", "$SET"),
        ("a$", "a$"),
        ("$NEW", None),
        ("${NEW}", None),
        ("${NEW:?gone}", None),
        ("${NEW+x}", None),
        ("${COMPUTED:-b}", None),
        ("${NEW:-${OTHER}}", None),
        ("${SET.x}", None),
    ],
)
def test_values(written, value):
    node = parse(Source("compose.yaml", f"a: '{written}'\n")).roots[0].get("a")
    found = text_value(node, ENV)
    assert isinstance(found, Unknown) if value is None else found.value == value


def test_where_a_value_comes_from():
    root = parse(Source("compose.yaml", "a: ${NEW:-8000}\nb: $SET\nc: plain\n")).roots[0]
    assert [text_value(root.get(name), ENV).why for name in "abc"] == ["default of ${NEW}", "SET in .env", ""]


def test_nothing_is_no_value():
    root = parse(Source("compose.yaml", "a:\nb: ~\nc: ''\n")).roots[0]
    assert [text_value(root.get(name), ENV) for name in "abd"] == [None, None, None]
    assert text_value(root.get("c"), ENV) == Known("", root.get("c").at)
