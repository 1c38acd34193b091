"""What stands in for possessive groups where Python gets them wrong matches the same."""

import re
import sys

import pytest
from deploylint import pattern as patterns
from deploylint.pattern import compiled, pattern
from deploylint.possessive import as_atomic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"(?:a|b)*+c", r"(?>(?:a|b)*)c"),
        (r"(a)++", r"(?>(a)+)"),
        (r"(?:a(b)?+)?+", r"(?>(?:a(?>(b)?))?)"),
        (r"(?:ab){2,3}+", r"(?>(?:ab){2,3})"),
        (r"[)*+]\)*+(a)", r"[)*+]\)*+(a)"),
        (r"[]()*+]a*+", r"[]()*+]a*+"),
        (r"(?x: # ()*+" + "\n(?:a)*+ )#(?:b)*+", r"(?x: # ()*+" + "\n(?>(?:a)*) )#(?>(?:b)*)"),
    ],
)
def test_groups_become_atomic(text, expected):
    assert as_atomic(text) == expected


def test_blanks_and_comments_of_a_verbose_expression_count_for_nothing():
    assert as_atomic("(?:a)*+ # ()*+\n", verbose=True) == "(?>(?:a)*) # ()*+\n"


@pytest.mark.parametrize(
    ("expression", "text", "matched"),
    [
        (r"(?:ab?c)*+d", "abcacd", "abcacd"),
        (r"(?:[^'\\]++|\\(?s:.))*+'", r"it\'s'", r"it\'s'"),
        (r"(?:a|ab)?+c", "abc", None),
        (r"(?:x+y){1,2}+z", "xxyxyz", "xxyxyz"),
    ],
)
def test_every_release_matches_the_same(monkeypatch, expression, text, matched):
    for forgets in (sys.version_info < (3, 11, 5), True):
        monkeypatch.setattr(patterns, "_FORGETS", forgets)
        for made in (compiled(expression), pattern(expression)):
            match = made.match(text)
            assert (match and match[0]) == matched
    assert as_atomic(expression) != expression


def test_flags(monkeypatch):
    monkeypatch.setattr(patterns, "_FORGETS", True)
    assert compiled("( a | B )*+ # (c)*+", re.VERBOSE | re.IGNORECASE).fullmatch("AbA")
