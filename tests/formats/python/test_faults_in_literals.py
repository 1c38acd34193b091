"""Faults in string literals: found where every version of Python finds them, and in no text that Python reads."""

import pytest
from deploylint.formats.python.blocks import parse_module
from deploylint.source import Source
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import assert_linear

PIECES = [
    *"{}{}{}:!=()[]*.,\\'\"# r0N",
    "{{",
    "}}",
    "{a}",
    "{a!r:>{b}}",
    "a",
    " b ",
    "\\N{BULLET}",
    "\\x41",
    "\\u",
    "lambda: 1",
    "for a in b",
    "==",
    "yield",
]


def problems(text):
    return parse_module(Source("x.py", text), check_bodies=True).problems


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.sampled_from(["f", "rf", "F", "", "b", "r"]),
    st.sampled_from(["'", '"', "'''", '"""']),
    st.sampled_from(["", " + 'a'", ' + "a"', " # }"]),
)
@settings(max_examples=1000, deadline=None)
@example("{a for a in b}", "f", '"', "")
@example("\\N{BULLET}", "f", '"', "")
@example("{a:\\N{BULLET}>3}", "f", '"', "")
@example("\\\\N{a}", "f", '"', "")
def test_literals_that_python_reads_have_no_fault(body, prefix, quote, behind):
    text = f"def f():\n    x = {prefix}{quote}{body}{quote}{behind}\n"
    try:
        compile(text, "x.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return
    assert not problems(text)


@pytest.mark.parametrize(
    ("literal", "place", "message"),
    [
        ('f"{0.0.0.0:}"', "{0.0.0.0", "f-string: invalid syntax"),
        ('f"{_port)}"', "{_port)}", "f-string: invalid syntax"),
        ('f"a{/dev/shm}"', "{/dev/shm}", "f-string: invalid syntax"),
        ('f"{_p$ort}"', "{_p$ort}", "f-string: invalid syntax"),
        ('f"{a) + (b}"', "{a) + (b}", "f-string: invalid syntax"),
        ('f"{lambda x: 1}"', "{lambda x", "f-string: invalid syntax"),
        ('f"{a = 1}"', "{a = 1}", "f-string: invalid syntax"),
        ('f"{a:>{b c}}"', "{b c}", "f-string: invalid syntax"),
        ('f"{a!z}"', "{a!", "f-string: invalid conversion character"),
        ('f"{}"', "{}", "f-string: empty expression not allowed"),
        ('f"{ !r}"', "{ !", "f-string: empty expression not allowed"),
        ('f"{a}}"', "}", "f-string: single '}' is not allowed"),
        ('f"0.0.0.0:{_port"', "{", "f-string: expecting '}'"),
        (r'"/r\un"', r"\u", r"(unicode error) truncated \uXXXX escape"),
        (r'"a" "\x4"', r"\x", r"(unicode error) truncated \xXX escape"),
        (r"f'{a}\U0001'", r"\U", r"(unicode error) truncated \UXXXXXXXX escape"),
        (r'"\U00110000"', r"\U00110000", "(unicode error) illegal Unicode character"),
        (r"u'''\N'''", r"\N", r"(unicode error) malformed \N character escape"),
        (r"b'\xg'", r"\x", r"(value error) invalid \x escape"),
    ],
)
def test_faults_are_told_where_they_stand(literal, place, message):
    text = f"x = {literal}\n"
    with pytest.raises(SyntaxError):
        compile(text, "x.py", "exec")
    (problem,) = problems(text)
    assert problem.message == message
    assert text[problem.start : problem.end].startswith(place)


@pytest.mark.parametrize(
    "literal",
    [
        # Read since 3.12.
        'f"{a["b"]}"',
        'f"{f"{1}"}"',
        "f'{a[\\'b\\']}'",
        'f"{a" "}"',
        # Read before 3.12.
        'f"{a for a in b}"',
        # A character that some version may know by that name.
        r'"\N{SOME NEW SYMBOL}"',
    ],
)
def test_what_some_version_reads_is_left_alone(literal):
    assert not problems(f"x = {literal}\n")


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "x = f'" + "{a}" * n + "'\n",
        lambda n: "x = f'" + "{a:" * n + "'\n",
        lambda n: "x = " + "f'{a' " * n + "\n",
        lambda n: "x = " + "f'{a' f\"{a\" " * n + "\n",
        lambda n: "x = '" + "\\\\" * n + "\\N'\n",
        lambda n: "x = f'" + "\\\\" * n + "N{a}'\n",
    ],
)
def test_time_is_linear(text):
    assert_linear(problems, text(2000), text(8000))
