"""The parts of an `if`'s condition, from the words that nginx has split; what it refuses is in tests/oracles."""

import pytest
from deploylint.formats.nginx.setters.call import Refused
from deploylint.formats.nginx.setters.conditions import Condition, condition


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("($a)",), Condition("variable", "$a", None, "$a", 0, 0)),
        (("(", "$a", ")"), Condition("variable", "$a", None, "$a", 1, 1)),
        (("($a", "=", "b)"), Condition("comparison", "$a", "=", "b", 0, 2)),
        (("($a", "=", "", ")"), Condition("comparison", "$a", "=", "", 0, 2)),
        (("(", "$a", "!~*", "^/(a|b)$", ")"), Condition("comparison", "$a", "!~*", "^/(a|b)$", 1, 3)),
        (("($a", "~", "(x))"), Condition("comparison", "$a", "~", "(x)", 0, 2)),
        (("($a", "=", "=)"), Condition("comparison", "$a", "=", "=", 0, 2)),
        (("(!-f", "$request_filename)"), Condition("file_test", "!-f", "!-f", "$request_filename", 0, 1)),
    ],
)
def test_parts(values, expected):
    assert condition(values) == expected


@pytest.mark.parametrize(
    ("values", "message", "argument"),
    [
        (("$a",), 'invalid condition "$a"', 0),
        (("($a", "=", "b"), 'invalid condition "b"', 2),
        (("()",), 'invalid condition "()"', 0),
        (("(", ")"), 'invalid condition ")"', 1),
        (("($a", "==", "b)"), 'unexpected "==" in condition', 1),
        (("($a", "", "b)"), 'unexpected "" in condition', 1),
        (("($a", "=", "b", "c)"), 'invalid condition "$a"', 0),
        (("($a", "=)"), 'invalid condition "$a"', 0),
        (("(a)",), 'invalid condition "a"', 0),
        (("($a\0\0", "x)"), 'invalid condition "$a', 0),
    ],
)
def test_refused(values, message, argument):
    with pytest.raises(Refused) as refused:
        condition(values)
    assert refused.value.message.startswith(message)
    assert refused.value.argument == argument
