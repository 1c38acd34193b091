"""What stands in for names of `re` is what they are there."""

import re

import pytest
from deploylint import pattern as patterns


@pytest.mark.parametrize("name", ["ASCII", "DOTALL", "IGNORECASE", "MULTILINE", "VERBOSE"])
def test_flags_are_those_of_the_standard_library(name):
    assert getattr(patterns, name) == getattr(re, name)


def test_a_flag_does_what_it_says():
    found = patterns.pattern("^ b . $", patterns.MULTILINE | patterns.IGNORECASE | patterns.VERBOSE)
    assert found.search("a\nBé\n")[0] == "Bé"
    assert patterns.compiled(r"\w.", patterns.ASCII | patterns.DOTALL).search("éa\n")[0] == "a\n"


def test_escaped_text_matches_itself():
    text = "".join(map(chr, range(256)))
    assert patterns.compiled(patterns.escape(text)).fullmatch(text)
