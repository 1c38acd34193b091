"""The compiled grammars against stock Lark on the same files."""

import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from deploylint import pattern
from deploylint.syntax.compiler import digest, grammar_folder, stock_lark
from deploylint.syntax.driver import Parser, Tree
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Tree as LarkTree
from lark import UnexpectedInput

GRAMMARS = sorted(path.stem for path in grammar_folder().glob("*.lark"))
FRAGMENTS = [
    *" \t\n\r{}[]();:=,.#'\"\\$%@!~*/+-<>|&^?0aZ_\0\x0b\xa0é",
    "server",
    "listen",
    "[Unit]",
    "key=value",
    "key = value",
    " # c",
    " ; c",
    "${A}",
    "{{ x }}",
    "if",
    "else",
    "def",
    "for",
    "in",
    "import",
    "1min",
    "Mon..Fri",
    "*:0/5",
    "f'{a}'",
    "\\\n",
    "\n    ",
    "\r\n",
]


def compiled(name):
    return import_module(f"deploylint.syntax.compiled.{name}")


def lark_shape(node):
    if isinstance(node, LarkTree):
        return (str(node.data), [lark_shape(child) for child in node.children])
    return (str(node.type), node.start_pos, node.end_pos)


def driver_shape(node):
    if isinstance(node, Tree):
        return (node.data, [driver_shape(child) for child in node.children])
    return (node.type, node.start, node.end)


@pytest.mark.parametrize("name", GRAMMARS)
def test_compiled_form_is_fresh(name):
    assert digest(name) == compiled(name).DIGEST, "run: python -m deploylint.syntax.compiler"


def test_every_compiled_form_has_a_grammar():
    folder = Path(import_module("deploylint.syntax.compiled").__file__).parent
    assert sorted(path.stem for path in folder.glob("[a-z]*.py")) == GRAMMARS


@pytest.fixture
def sound_expressions(monkeypatch):
    """Lark, too, gets possessive groups right where Python's `re` does not (before 3.11.5)."""
    module = SimpleNamespace(**{**vars(re), "compile": pattern.compiled})
    monkeypatch.setattr("lark.lark.re", module)


@pytest.mark.usefixtures("sound_expressions")
@pytest.mark.parametrize("name", GRAMMARS)
def test_same_tree_and_same_refusals_as_stock_lark(name):
    stock, parser = stock_lark(name), Parser(compiled(name))

    @settings(max_examples=400, deadline=None)
    @given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join) | st.text(max_size=40))
    @example("")
    def check(text):
        parsed = parser.parse(text)
        try:
            expected = lark_shape(stock.parse(text))
        except UnexpectedInput:
            assert parsed.errors
        else:
            assert not parsed.errors
            assert driver_shape(parsed.value) == expected

    check()


def test_parsers_of_one_grammar_have_their_own_builders():
    tables = compiled("systemd")
    named = {"tokens": {"COMMENT": lambda start, end: text[start:end]}, "builders": {"start": len}}
    text = "# a\n# b\n"
    first, second, third = Parser(tables), Parser(tables, **named), Parser(tables)
    assert second.parse(text).value == 2
    for parser in (first, third):
        tokens = parser.parse(text).value.children
        assert [(token.type, token.start, token.end) for token in tokens] == [
            ("COMMENT", 0, 3),
            ("COMMENT", 4, 7),
        ]
    with pytest.raises(KeyError):
        Parser(tables, tokens={"NOTHING": min})
