"""Where a file certainly fails when it runs: names that nobody defines, and operations that raise.

Only what is evaluated in any case counts: not the branches of a conditional, not what follows `and` and `or`,
not the inside of a lambda or a comprehension.
"""

import builtins
from collections.abc import Callable

from deploylint.dataclass import dataclass
from deploylint.formats.gunicorn.values import RAISES, Evaluated, raises
from deploylint.formats.python import expressions as e
from deploylint.formats.python.format_strings import Field, format_pieces
from deploylint.syntax.driver import Token

# Names that the import system puts into a module.
_OF_THE_MODULE = frozenset(
    {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__spec__"}
)


@dataclass(frozen=True, slots=True)
class Failure:
    """The place, and what Python says there."""

    start: int
    end: int
    message: str


def undefined_name(expression: e.Expression, text: str, is_defined: Callable[[str], bool]) -> Failure | None:
    """The first name in an expression that is not defined when it is evaluated."""
    stack: list[e.Expression] = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, e.Name):
            name = text[part.start : part.end]
            if not (is_defined(name) or name in _OF_THE_MODULE or hasattr(builtins, name)):
                return Failure(part.start, part.end, f"NameError: name '{name}' is not defined")
        elif isinstance(part, e.Strings):
            inner = _in_format_strings(part, text, is_defined)
            if inner is not None:
                return Failure(part.start, part.end, inner.message)
        else:
            stack.extend(reversed(_evaluated_parts(part, text)))
    return None


def raised(expression: e.Expression, text: str, value: Evaluated) -> Failure | None:
    """The exception that an expression raises whatever its operands are."""
    if not raises(value):
        return None
    stack: list[e.Expression] = [expression]
    while stack:
        part = stack.pop()
        if not _is_plain(part):
            return None
        stack.extend(
            [one for one in part.parts if not isinstance(one, Token)]
            if isinstance(part, e.Operation)
            else _evaluated_parts(part, text)
        )
    return Failure(expression.start, expression.end, f"{value.reason.removeprefix(RAISES)} is raised here")


def _in_format_strings(strings: e.Strings, text: str, is_defined: Callable[[str], bool]) -> Failure | None:
    for part in strings.parts:
        if part.type != "FORMAT_STRING":
            continue
        for piece in format_pieces(text[part.start : part.end]) or ():
            if isinstance(piece, Field):
                # Strings within strings are few, and their depth is that of the f-strings.
                found = undefined_name(piece.expression, piece.text, is_defined) if piece.expression else None
                if found is not None:
                    return found
    return None


def _is_plain(part: e.Expression) -> bool:
    """Whether the evaluator does with it all that Python does."""
    match part:
        case e.Conditional() | e.Lambda() | e.Walrus() | e.Other():
            return False
        case e.Call():
            return not any(one.name for one in part.arguments)
        case _:
            return True


def _evaluated_parts(part: e.Expression, text: str) -> list[e.Expression]:
    """The parts of an expression that are evaluated in any case, in their order."""
    match part:
        case e.Attribute() | e.Walrus():
            return [part.value]
        case e.Call():
            return [part.function, *(one.value for one in part.arguments)]
        case e.Subscript():
            return [part.value, part.index]
        case e.Operation():
            return _operands(part, text)
        case e.Conditional():
            return [part.test]
        case e.Display():
            return [one.value for one in part.items]
        case e.DictDisplay():
            return [one for pair in part.items for one in (pair.key, pair.value) if one is not None]
        case _:
            return []


def _operands(operation: e.Operation, text: str) -> list[e.Expression]:
    found: list[e.Expression] = []
    for one in operation.parts:
        if not isinstance(one, Token):
            found.append(one)
        elif _sign(one, text) in ("and", "or"):
            break
    return found


def _sign(token: Token, text: str) -> str:
    return text[token.start : token.end]
