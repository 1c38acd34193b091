"""Columns in the code units of an encoding, which other programs count instead of code points."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

from deploylint.dataclass import dataclass
from deploylint.source import Source


@dataclass(frozen=True, slots=True)
class UnitPosition:
    """Line and column from 1, the column in code units."""

    line: int
    column: int


class UnitColumns:
    """Positions of one source, in code units of which a character takes `size(character)`.

    Only characters wider than one unit are kept, so that a position costs two bisections whatever the
    length of its line.
    """

    __slots__ = ("_extra", "_offsets", "_source")

    def __init__(self, source: Source, size: Callable[[str], int]) -> None:
        self._source = source
        wide = (
            []
            if source.text.isascii()
            else [i for i, c in enumerate(source.text) if c > "\x7f" and size(c) > 1]
        )
        self._offsets = wide
        self._extra = [0, *accumulate(size(source.text[i]) - 1 for i in wide)]

    def position(self, offset: int) -> UnitPosition:
        at = self._source.position(offset)
        line_start = offset - at.column + 1
        return UnitPosition(at.line, at.column + self._extra_before(offset) - self._extra_before(line_start))

    def _extra_before(self, offset: int) -> int:
        return self._extra[bisect_left(self._offsets, offset)]


def utf16_size(character: str) -> int:
    return 2 if character > "\uffff" else 1


def utf8_size(character: str) -> int:
    """Bytes of a character; a surrogate that stands for an undecodable byte (PEP 383) is that one byte."""
    if "\udc80" <= character <= "\udcff" or character < "\x80":
        return 1
    if character < "\u0800":
        return 2
    return 3 if character < "\U00010000" else 4


def columns_of(size: Callable[[str], int]) -> Callable[[Source], UnitColumns]:
    """The columns of each source, computed once for each."""
    known: dict[int, UnitColumns] = {}

    def columns(source: Source) -> UnitColumns:
        found = known.get(id(source))
        if found is None:
            found = known[id(source)] = UnitColumns(source, size)
        return found

    return columns
