"""Logical lines: a file cut where Python's tokenizer emits NEWLINE, however broken the file is.

Source: https://docs.python.org/3/reference/lexical_analysis.html, Parser/tokenizer.c for the messages.
"""

from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from operator import add

from deploylint.dataclass import dataclass
from deploylint.syntax.compiled import python as tables
from deploylint.syntax.driver import Lexeme

_NUMBER = {name: number for number, name in enumerate(tables.TERMINALS)}
NEWLINE, NAME, EQUAL, COMMENT = (_NUMBER[name] for name in ("NEWLINE", "NAME", "EQUAL", "COMMENT"))
_OPENERS = {_NUMBER["LPAR"]: "(", _NUMBER["LSQB"]: "[", _NUMBER["LBRACE"]: "{"}
_CLOSERS = {_NUMBER["RPAR"]: "()", _NUMBER["RSQB"]: "[]", _NUMBER["RBRACE"]: "{}"}
# A line in an open bracket cannot begin with these, unless the bracket was forgotten.
_STATEMENTS = frozenset(
    _NUMBER[name]
    for name in [
        "CLASS",
        "DEF",
        "IMPORT",
        "WITH",
        "WHILE",
        "TRY",
        "EXCEPT",
        "FINALLY",
        "RETURN",
        "RAISE",
        "DEL",
        "GLOBAL",
        "ASSERT",
        "ELIF",
    ]
)


@dataclass(slots=True)
class Problem:
    """A fault in the text, in CPython's words."""

    start: int
    end: int
    message: str


class Lexemes:
    """The lexemes of a whole file, which are tuples only while somebody looks at them: there may be millions.

    Lengths have two bytes each, as long as there is none that needs more.
    """

    __slots__ = ("_lengths", "_numbers", "_starts")

    def __init__(self, lexemes: Iterable[Lexeme]) -> None:
        numbers, starts, lengths = array("B"), array("I"), array("H")
        for number, start, end in lexemes:
            numbers.append(number)
            starts.append(start)
            try:
                lengths.append(end - start)
            except OverflowError:
                lengths = array("I", lengths)
                lengths.append(end - start)
        self._numbers, self._starts, self._lengths = numbers, starts, lengths

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Lexeme]:
        return zip(self._numbers, self._starts, map(add, self._starts, self._lengths), strict=True)

    def __getitem__(self, index: int) -> Lexeme:
        start = self._starts[index]
        return self._numbers[index], start, start + self._lengths[index]


@dataclass(slots=True)
class Line:
    """A logical line: its lexemes without line ends, and the width of its indentation.

    `narrow` is the width where a tab counts as one column. `broken` tells that a problem of this line is already known.
    """

    indentation: int
    narrow: int
    lexemes: list[Lexeme]
    broken: bool = False

    @property
    def start(self) -> int:
        return self.lexemes[0][1]

    @property
    def end(self) -> int:
        return self.lexemes[-1][2]


@cache
def terminal(name: str) -> int:
    """The number of a terminal in a lexeme."""
    return _NUMBER[name]


def bracket_problems(lexemes: Iterable[Lexeme]) -> tuple[list[Problem], frozenset[int]]:
    """Brackets that do not match, and the offsets of those that nothing closes."""
    stack: list[tuple[str, int]] = []
    problems = []
    for number, start, end in lexemes:
        if number in _OPENERS:
            stack.append((_OPENERS[number], start))
        elif number in _CLOSERS:
            opener, closer = _CLOSERS[number][0], _CLOSERS[number][1]
            if not stack:
                problems.append(Problem(start, end, f"unmatched '{closer}'"))
                continue
            found, _ = stack.pop()
            if found != opener:
                message = f"closing parenthesis '{closer}' does not match opening parenthesis '{found}'"
                problems.append(Problem(start, end, message))
    problems += [Problem(start, start + 1, f"'{opener}' was never closed") for opener, start in stack]
    return problems, frozenset(start for _, start in stack)


def cut(
    lexemes: list[Lexeme] | Lexemes, text: str, unclosed: frozenset[int], broken: frozenset[int]
) -> Iterator[Line]:
    """The logical lines, one by one. `broken` are the offsets of the problems known so far.

    Where a bracket is never closed, the line ends before the next line that looks like a statement
    of its own, so that the bracket costs one statement only.
    """
    current: list[Lexeme] = []
    indentation = narrow = depth = physical = 0
    loose = fault = False
    for index, lexeme in enumerate(lexemes):
        number, start, end = lexeme
        if number == NEWLINE:
            physical = end
            if current and depth == 0 and (not loose or _begins_statement(lexemes, index + 1, end)):
                yield Line(indentation, narrow, current, fault)
                current, loose, fault = [], False, False
            continue
        if not current:
            indentation, narrow = _width(text[physical:start], 8), _width(text[physical:start], 1)
            depth = 0
        current.append(lexeme)
        fault = fault or start in broken
        if number in _OPENERS:
            if start in unclosed:
                loose = True
            else:
                depth += 1
        elif number in _CLOSERS and depth:
            depth -= 1
    if current:
        yield Line(indentation, narrow, current, fault)


def _begins_statement(lexemes: list[Lexeme] | Lexemes, index: int, start: int) -> bool:
    """Whether a statement stands at the beginning of the line that starts at `start`."""
    if index >= len(lexemes):
        return True
    number, first, _ = lexemes[index]
    if number in _STATEMENTS:
        return True
    assigned = index + 1 < len(lexemes) and lexemes[index + 1][0] == EQUAL
    return number == NAME and first == start and assigned


def _width(blank: str, tab: int) -> int:
    """Columns of an indentation; a tab reaches to the next multiple of its width, a form feed starts anew.

    Of a line that begins with a backslash alone, what stands before the backslash counts.
    """
    blank = blank.partition("\\")[0]
    return len(blank.rpartition("\f")[2].lstrip("\ufeff").expandtabs(tab))
