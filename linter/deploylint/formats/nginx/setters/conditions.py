"""The condition of `if`, read with `nginx_condition.lark`; nginx's words for what it refuses."""

from functools import cache

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.syntax.driver import Parser, Token

MATCHES = frozenset({"~", "~*", "!~", "!~*"})
_PARENTHESES = "put the condition in parentheses"


@dataclass(frozen=True, slots=True)
class Condition:
    """`first` and `last` are the words without the parentheses; `at` and `end` count arguments from 0.

    `kind` is "variable", "comparison" or "file_test"; `operator` is None for a variable alone.
    """

    kind: str
    first: str
    operator: str | None
    last: str
    at: int
    end: int


def condition(values: tuple[str, ...]) -> Condition:
    """The parts of a condition; raises `Refused`."""
    text = "\0".join([value.replace("\0", "\1") for value in values])
    parsed = _parser().parse(text)
    if parsed.errors:
        raise _refusal(values)
    tree = parsed.value
    opening, first, *rest = tree.children[:-1]
    at = text.count("\0", opening.start, first.start)
    if tree.data == "variable":
        word = text[first.start : first.end]
        return Condition("variable", word, None, word, at, at)
    name = text[first.start : first.end]
    if tree.data == "file_test":
        return Condition("file_test", name, name, _text(rest, text), at, at + 1)
    operator, value = values[at + 1], _text(rest[1:], text)
    if tree.data == "unknown_operator":
        hint = 'a comparison is written with a single "="' if operator == "==" else None
        raise Refused(f'unexpected "{operator}" in condition', at + 1, hint)
    return Condition("comparison", name, operator, value, at, at + 2)


def _text(words: list[Token], text: str) -> str:
    return text[words[0].start : words[0].end] if words else ""


@cache
def _parser() -> Parser:
    from deploylint.syntax.compiled import nginx_condition  # noqa: PLC0415 (tables load with the first `if`)

    return Parser(nginx_condition)


def _refusal(values: tuple[str, ...]) -> Refused:
    """What nginx says of words that are no condition."""
    words = list(values)
    if words[0][:1] != "(":
        return Refused(f'invalid condition "{words[0]}"', 0, _PARENTHESES)
    words[0] = words[0][1:]
    if words[-1][-1:] != ")" or (len(words) == 1 and not words[0]):
        return Refused(f'invalid condition "{words[-1]}"', len(words) - 1, _PARENTHESES)
    words[-1] = words[-1][:-1]
    at = 0 if words[0] else min(1, len(words) - 1)
    hint = _hint(words[at:]) if len(words[at]) > 1 and words[at][0] == "$" else None
    return Refused(f'invalid condition "{words[at] or values[at]}"', at, hint)


def _hint(words: list[str]) -> str:
    if any(word in ("&&", "||", "and", "or") for word in words):
        return "nginx knows no and, or: set a variable in one if and test it in the next"
    return 'a value with blanks needs quotes, and blanks stand around "="'


def check_condition(call: Call) -> None:
    condition(call.values)


SETTERS = Setters({"if": check_condition})
