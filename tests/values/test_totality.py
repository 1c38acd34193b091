"""No text makes a value parser do anything but answer or raise InvalidValue, and none makes it slow."""

import inspect
import math
from functools import partial
from importlib import import_module

import pytest
from deploylint.values.env_file import EnvDialect, parse_env_file
from deploylint.values.environment import parse_environment
from deploylint.values.errors import InvalidValue
from deploylint.values.exec_line import find_variables, parse_exec_line
from deploylint.values.resource_limits import parse_resource_limit
from deploylint.values.specifiers import check_specifiers, find_specifiers, plausible_texts
from deploylint.values.supervisor_environment import parse_supervisor_environment
from deploylint.values.supervisor_expansion import expand_supervisor
from deploylint.values.systemd_lists import LISTS
from deploylint.values.systemd_names import NAMES
from deploylint.values.systemd_scalars import SCALARS
from deploylint.values.systemd_types import check
from deploylint.values.systemd_words import Escapes, parse_words, split_quoted
from deploylint.values.unit_names import unescape_instance
from hypothesis import given
from hypothesis import strategies as st
from support import assert_linear

MODULES = [
    "booleans",
    "calendar_events",
    "durations",
    "exit_status",
    "integers",
    "paths",
    "signals",
    "sizes",
    "unit_names",
    "users",
]


def parsers():
    found = {}
    for name in MODULES:
        module = import_module(f"deploylint.values.{name}")
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            if function_name.startswith("parse_") and function.__module__ == module.__name__:
                required = [
                    p for p in inspect.signature(function).parameters.values() if p.default is p.empty
                ]
                if len(required) == 1:
                    found[f"{name}.{function_name}"] = function
    found |= {
        f"check({name})": lambda text, name=name: check(name, text, directive="X")
        for name in {**SCALARS, **NAMES, **LISTS}
    }
    found |= {f"env_file({d.name})": lambda text, d=d: parse_env_file(text, d) for d in EnvDialect}
    found |= {
        "environment": parse_environment,
        "exec_line": parse_exec_line,
        "find_variables": find_variables,
        "limit(NOFILE)": lambda text: parse_resource_limit("NOFILE", text),
        "limit(CPU)": lambda text: parse_resource_limit("CPU", text),
        "check_specifiers": check_specifiers,
        "find_specifiers": find_specifiers,
        "plausible_texts": plausible_texts,
        "supervisor_environment": parse_supervisor_environment,
        "supervisor_environment_posix": lambda text: parse_supervisor_environment(text, posix=True),
        "supervisor_expansion": lambda text: expand_supervisor(text, {"here": "/", "process_num": 1}, "o"),
        "words_c": parse_words,
        "words_drop": lambda text: parse_words(text, Escapes.DROP),
        "split_quoted": split_quoted,
        "unescape_instance": unescape_instance,
    }
    return found


PARSERS = parsers()
TEXTS = st.text(max_size=40) | st.lists(
    st.sampled_from([*"0158kKmMsS%$\\'\"/.,:;=-+~@*()#{} \n\t|!<>", "\udcff", "é", "٣", "infinity", "0x", "..", "A=", "%h", "%i", "Mon"]),
    max_size=14,
).map("".join)  # fmt: skip


def refusal(parse, text):
    """The error that the parser raises, or None."""
    try:
        parse(text)
    except InvalidValue as error:
        return error
    return None


@given(TEXTS)
def test_nothing_but_invalid_value(text):
    for name, parse in PARSERS.items():
        error = refusal(parse, text)
        if error is not None:
            assert 0 <= error.offset <= len(text), name
            assert error.message.isprintable(), name
            assert not set("{}") & set(error.message), name


UNITS = [
    "1",
    "a",
    "\\",
    '"',
    "'",
    "a ",
    "1,",
    "%",
    "%(",
    "$",
    "${",
    "A=",
    "/",
    "\n",
    "#",
    "-",
    " ",
    "A='",
    '"\\',
    "1s",
    "%i",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit):
    for parse in PARSERS.values():
        assert_linear(partial(refusal_of_repetition, parse, unit), 2_000, 8_000)


def refusal_of_repetition(parse, unit, length):
    return refusal(parse, unit * (length // len(unit)))


def test_infinity_is_infinite():
    assert math.isinf(PARSERS["durations.parse_systemd_time_span"]("infinity"))
