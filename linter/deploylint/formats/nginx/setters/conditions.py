"""The condition of `if` (src/http/modules/ngx_http_rewrite_module.c, ngx_http_rewrite_if_condition).

nginx splits it into words like everything else, so that the parentheses are the first character of
the first word and the last of the last one, or words of their own; nothing inside has parentheses.
"""

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.setters.call import Call, Refused, Setters

COMPARISONS = frozenset({"=", "!="})
MATCHES = frozenset({"~", "~*", "!~", "!~*"})
FILE_TESTS = frozenset({"-f", "-d", "-e", "-x", "!-f", "!-d", "!-e", "!-x"})


@dataclass(frozen=True, slots=True)
class Condition:
    """`first` and `last` are the words without the parentheses; `at` and `end` count arguments from 0.

    `operator` is None for a variable alone.
    """

    first: str
    operator: str | None
    last: str
    at: int
    end: int


def condition(values: tuple[str, ...]) -> Condition:
    """The parts of a condition; raises `Refused`."""
    words = list(values)
    if words[0][:1] != "(":
        raise Refused(f'invalid condition "{words[0]}"', 0, "put the condition in parentheses")
    words[0] = words[0][1:]
    at = 1 if not words[0] else 0
    if words[-1][-1:] != ")" or (len(words) == 1 and not words[0]):
        raise Refused(f'invalid condition "{words[-1]}"', len(words) - 1, "put the condition in parentheses")
    words[-1] = words[-1][:-1]
    end = len(words) - 1 if words[-1] else len(words) - 2
    return _parts(words, at, end, values)


def _parts(words: list[str], at: int, end: int, values: tuple[str, ...]) -> Condition:
    # A lone parenthesis moves the end before the beginning; nginx then reads the parenthesis as the condition.
    first = words[at] if at < len(words) else ""
    if len(first) > 1 and first[0] == "$":
        if at not in (end, end - 2):
            raise Refused(f'invalid condition "{first}"', at, _hint(words, at))
        if at == end:
            return Condition(first, None, first, at, end)
        operator = words[at + 1]
        if operator not in COMPARISONS and operator not in MATCHES:
            hint = 'a comparison is written with a single "="' if operator == "==" else None
            raise Refused(f'unexpected "{operator}" in condition', at + 1, hint)
        return Condition(first, operator, words[end], at, end)
    if first in FILE_TESTS and at + 1 == end:
        return Condition(first, first, words[end], at, end)
    raise Refused(
        f'invalid condition "{first or values[min(at, len(values) - 1)]}"', min(at, len(values) - 1)
    )


def _hint(words: list[str], at: int) -> str | None:
    if any(word in ("&&", "||", "and", "or") for word in words[at:]):
        return "nginx knows no and, or: set a variable in one if and test it in the next"
    return 'a value with blanks needs quotes, and blanks stand around "="'


def check_condition(call: Call) -> None:
    condition(call.values)


SETTERS: Setters = {"if": check_condition}
