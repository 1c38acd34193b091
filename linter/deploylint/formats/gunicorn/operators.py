"""Python's operators on known values: their precedence and their results.

Source: https://docs.python.org/3/reference/expressions.html#operator-precedence.
"""

import operator
from collections.abc import Callable

from deploylint.formats.gunicorn.values import CannotTellError, Reference, holds_code, is_code
from deploylint.pattern import pattern
from deploylint.typed import Any

PREFIX = {"not": 5, "+": 13, "-": 13, "~": 13, "await": 15}
BINARY = {
    "or": 3,
    "and": 4,
    **dict.fromkeys(("in", "not in", "is", "is not", "<", "<=", ">", ">=", "!=", "=="), 6),
    "|": 7,
    "^": 8,
    "&": 9,
    "<<": 10,
    ">>": 10,
    "+": 11,
    "-": 11,
    **dict.fromkeys(("*", "/", "//", "%", "@"), 12),
    "**": 14,
}
COMPARISON = 6
_WIDE_FORMAT = pattern(r"\d{4}|\*")


def _add(left: Any, right: Any) -> Any:
    return left + right


def _multiply(left: Any, right: Any) -> Any:
    for one, other in ((left, right), (right, left)):
        if (
            isinstance(one, (str, bytes, list, tuple))
            and isinstance(other, int)
            and len(one) * other > 100_000
        ):
            raise CannotTellError("the value is very large")
    return left * right


def _power(left: Any, right: Any) -> Any:
    if not isinstance(right, (int, float)) or not isinstance(left, (int, float)):
        raise TypeError
    if abs(right) > 256 or abs(left) > 1 << 64:
        raise CannotTellError("the value is very large")
    return left**right


def _shift_left(left: Any, right: Any) -> Any:
    if right > 256:
        raise CannotTellError("the value is very large")
    return left << right


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, (str, bytes)) and _WIDE_FORMAT.search(str(left).partition("%")[2]):
        raise CannotTellError("the value is very large")
    if isinstance(left, (str, bytes)) and is_code(right):
        _ = left % object()  # raises where no text is wanted
    _only_plain(right)
    return left % right


def _only_plain(value: Any) -> None:
    """What the file defines has no text that anybody knows."""
    if holds_code(value):
        raise CannotTellError("it depends on code")


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    raise CannotTellError("identity of objects")


_RESULTS: dict[str, Callable[[Any, Any], Any]] = {
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
    "is": _same,
    "is not": lambda left, right: not _same(left, right),
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "<<": _shift_left,
    ">>": operator.rshift,
    "+": _add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": _modulo,
    "**": _power,
}


# What no function and no module takes part in; `|` joins types.
_OF_NUMBERS = frozenset(_RESULTS) - {"in", "not in", "is", "is not", "==", "!=", "|"}


def binary(sign: str, left: Any, right: Any) -> Any:
    """The result of an operator other than `and` and `or`. Raises as Python does, and CannotTellError."""
    if sign in _OF_NUMBERS and (is_code(left) or (is_code(right) and sign != "%")):
        raise TypeError
    is_format = sign == "%" and isinstance(left, (str, bytes))
    is_addition = sign == "+" and isinstance(left, (list, tuple)) and type(left) is type(right)
    if not (is_format or is_addition) and (holds_code(left) or holds_code(right)):
        raise CannotTellError("it depends on code")
    if sign not in _RESULTS:
        raise CannotTellError(f"operator {sign}")
    return _RESULTS[sign](left, right)


def prefix(sign: str, value: Any) -> Any:
    """The result of a prefix operator."""
    if sign != "not" and is_code(value):
        raise TypeError
    if isinstance(value, Reference):
        raise CannotTellError("it depends on code")
    match sign:
        case "not":
            return not value
        case "-":
            return -value
        case "+":
            return +value
        case "~":
            return ~value
        case _:
            raise CannotTellError(f"operator {sign}")


def format_value(value: Any, conversion: str, spec: str) -> str:
    """One replacement field of an f-string."""
    _only_plain(value)
    if _WIDE_FORMAT.search(spec):
        raise CannotTellError("the value is very large")
    if conversion == "r":
        value = repr(value)
    elif conversion == "s":
        value = str(value)
    elif conversion == "a":
        value = ascii(value)
    return format(value, spec)
