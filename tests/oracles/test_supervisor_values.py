"""Values of supervisor's configuration against supervisor's own functions."""

import shlex

import pytest
from deploylint.values.booleans import parse_supervisor_boolean
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.integers import (
    parse_supervisor_exit_codes,
    parse_supervisor_integer,
    parse_supervisor_octal,
)
from deploylint.values.signals import parse_supervisor_signal
from deploylint.values.sizes import parse_supervisor_bytes
from deploylint.values.supervisor_environment import parse_supervisor_environment
from deploylint.values.supervisor_expansion import expand_supervisor
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.oracle("supervisor")
datatypes = pytest.importorskip("supervisor.datatypes")
options = pytest.importorskip("supervisor.options")

NAMES = {"here": "/srv", "process_num": 3, "program_name": "app", "ENV_HOME": "/root"}


def pieces(*parts, longest=8):
    return st.lists(st.sampled_from(parts), max_size=longest).map("".join)


def outcome(function, *arguments):
    """The result, or the message as a report would show it."""
    try:
        return function(*arguments)
    except InvalidValue as error:
        return "refused", error.message
    except ValueError as error:
        return "refused", printable(str(error))


SCALARS = [
    (
        parse_supervisor_boolean,
        datatypes.boolean,
        pieces("yes", "TRUE", "on", "1", "t", "no", "Off", "0", " "),
    ),
    (parse_supervisor_integer, datatypes.integer, pieces("1", "0", "-", "+", "_", " ", ".", "x", "٣")),
    (parse_supervisor_octal, datatypes.octal_type, pieces("7", "0", "0o", "8", "-", "_", " ", "x")),
    (parse_supervisor_bytes, datatypes.byte_size, pieces("50", "MB", "kb", "Gb", "M", " ", "-", "1.5", "B")),
    (
        parse_supervisor_signal,
        datatypes.signal_number,
        pieces("SIG", "term", "HUP", "9", "33", "35", " ", "CLD", "RTMIN", "+"),
    ),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "values"), SCALARS, ids=lambda item: getattr(item, "__name__", "")
)
def test_scalars(ours, theirs, values):
    @given(values)
    def agree(text):
        mine, real = outcome(ours, text), outcome(theirs, text)
        # Sizes and numbers name only a part of the value in int()'s own words.
        if isinstance(mine, tuple) and isinstance(real, tuple):
            mine, real = mine[0], real[0]
        assert mine == real

    agree()


@given(pieces("0", "255", "256", ",", " ", "-", "x"))
def test_exit_codes(text):
    ours, theirs = outcome(parse_supervisor_exit_codes, text), outcome(datatypes.list_of_exitcodes, text)
    assert ours == theirs if isinstance(theirs, tuple) else list(ours) == theirs


ENVIRONMENTS = pieces(
    "A",
    "b=",
    "=",
    '="',
    '"',
    "'",
    ",",
    " ",
    "\n",
    "#",
    "\\",
    "$",
    "é",
    "a/b",
    "x;",
    'A="v"',
    "='q'",
    "%",
    longest=10,
)


def pairs(text, posix):
    return {pair.name: pair.value for pair in parse_supervisor_environment(text, posix=posix)}


def posix_pairs(text):
    """`dict_of_key_value_pairs` as it will be in supervisor 4.4."""
    lexer = shlex.shlex(text, posix=True)
    lexer.wordchars += "/.+-():"
    tokens = list(lexer)
    found = {}
    for index in range(0, len(tokens), 4):
        triple = tokens[index : index + 3]
        if len(triple) != 3 or triple[1] != "=":
            raise ValueError(f"Unexpected end of key/value pairs in value '{text}'")
        found[triple[0]] = triple[2]
    return found


@given(ENVIRONMENTS)
def test_environment(text):
    assert outcome(pairs, text, False) == outcome(datatypes.dict_of_key_value_pairs, text)


@given(ENVIRONMENTS)
def test_environment_in_posix_mode(text):
    assert outcome(pairs, text, True) == outcome(posix_pairs, text)


@pytest.mark.parametrize(
    "text",
    [
        "A=a@b", "A=x,y,z", "A=", "A=b=c", '"A=b"', "A=b B=c", "PATH=$PATH:/x", "KEY=abc!", "KEY=abc$", "A=abc#def,C=d",
        "A=a;C=d", 'A="x ; y"', 'A="a\\"b"', 'A="",B=1', "URL=http://h/p", "A=1,", "A=1,\nB=2", "",
    ],
)  # fmt: skip
def test_environments_people_write(text):
    assert outcome(pairs, text, False) == outcome(datatypes.dict_of_key_value_pairs, text)
    assert outcome(pairs, text, True) == outcome(posix_pairs, text)


@given(
    pieces(
        "%", "(", "here", ")", "s", "%(here)s", "%(process_num)", "02d", "d", "%%", " ", "x", "*", ".", "5", "-", "#", "l",
        "%(ENV_HOME)s", "%(no)s", "é", "%s", "c", "\n", "{", "r",
    )
)  # fmt: skip
def test_expansion(text):
    ours = outcome(lambda: expand_supervisor(text, NAMES, "program:app.command", open_environment=False))
    theirs = outcome(options.expand, text, NAMES, "program:app.command")
    if isinstance(theirs, tuple):
        assert ours == theirs
    else:
        # A bare %s would be the whole mapping: deploylint does not say what that comes to.
        assert ours.text == theirs or (ours.text is None and "ENV_HOME" in theirs)
