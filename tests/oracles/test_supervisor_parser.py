"""The sections, options and values of a file are those that supervisor itself reads."""

import configparser

import pytest
from deploylint.formats.supervisor import parse
from deploylint.source import Source
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.oracle("supervisor")
options = pytest.importorskip("supervisor.options")

WORDS = (
    "a",
    "b",
    "é",
    "=",
    ":",
    " ",
    "\t",
    "\x0b",
    ";",
    "#",
    " ;",
    " #",
    "[",
    "]",
    "[a]",
    "[b] ;x",
    "[DEFAULT]",
)
LINES = (
    "key=1",
    "  more",
    "\tmore",
    "[program:x]",
    " [y]",
    "",
    "  ",
    "; c",
    "  # c",
    "k : v ; w",
    "Key = A;b #c",
    "x ;y",
)
TEXTS = st.one_of(
    st.lists(st.sampled_from((*WORDS, "\n", "\n", "\r\n", "\r"))).map("".join),
    st.lists(st.sampled_from(LINES)).map("\n".join).map(lambda text: "[s]\n" + text),
    st.text(),
)


def as_supervisor_reads(text):
    parser = options.UnhosedConfigParser()
    try:
        # Files are opened in text mode, which makes every line end a line feed.
        parser.read_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    except configparser.Error as error:
        return type(error).__name__
    return {title: dict(section) for title, section in parser._sections.items()}, dict(parser._defaults)


def as_deploylint_reads(text):
    document = parse(Source("supervisord.conf", text))
    if document.problems:
        return (
            "MissingSectionHeaderError"
            if "no section headers" in document.problems[0].message
            else "ParsingError"
        )
    sections, defaults = {}, {}
    for section in document.sections:
        options = defaults if section.title == "DEFAULT" else sections.setdefault(section.title, {})
        options |= {option.name: option.value for option in section.options}
    return sections, defaults


@given(TEXTS)
@example("[a]b]\nk=v")
@example("[s]\nk=a;b ;c #d")
@example("[s]\nk=v\nbroken\n deeper\n")
@example("\ufeff[s]\nk=v")
@example("[s]\nk=1\n  [t]\n  l=2\n\n\n  m\n\n[t]\nx")
@example("[s]\n  k=1\n m=2\n    n")
@example("[s]\nk=v\n; comment\n  w ; cut\n#x\n\n  z\n")
@example("[s] trailing\n=x\n")
def test_same_sections_options_and_values(text):
    assert as_deploylint_reads(text) == as_supervisor_reads(text)


@given(TEXTS)
def test_every_code_point_of_a_value_has_its_place(text):
    for section in parse(Source("supervisord.conf", text)).sections:
        for option in section.options:
            for index, character in enumerate(option.value):
                if character != "\n":
                    assert text[option.offset(index)] == character
            assert option.name == option.name_at.text.lower()
            assert not any(
                mark.start < line.end and line.start < mark.end
                for mark in option.cuts
                for line in option.lines
            )
