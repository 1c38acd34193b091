"""Text with positions: the only place where offsets become lines and columns.

Offsets count code points from 0 and spans are half-open. Lines and columns count from 1 and are
computed when something is shown, never while parsing.
"""

from bisect import bisect_right
from itertools import accumulate

from deploylint.dataclass import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`start <= offset < end`, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as people count: line and column from 1, column in code points."""

    line: int
    column: int


class Source:
    """One file's text under the name that reports show.

    `path` is relative to the project root with forward slashes. Undecodable bytes are kept as lone
    surrogates (PEP 383), so that writing `text` back gives the same bytes.
    """

    __slots__ = ("_line_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._line_starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} code points)"

    @property
    def line_starts(self) -> list[int]:
        """Offsets at which lines start. LF, CR LF and a lone CR end a line, as in editors and SARIF viewers."""
        if self._line_starts is None:
            lines = self.text.replace("\r\n", "\0\n").replace("\r", "\n").split("\n")
            self._line_starts = [0, *accumulate(len(line) + 1 for line in lines[:-1])]
        return self._line_starts

    def position(self, offset: int) -> Position:
        """Line and column of an offset; the end of the text is a valid offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def location(self, start: int, end: int) -> "Location":
        made = _new(Location)
        made.source = self
        made._start = start  # noqa: SLF001  as `Location(self, Span(start, end))` does, without the span
        made._length = end - start  # noqa: SLF001
        return made


class Location:
    """A span of a source. Two locations are equal when they are the same span of the same source object.

    Facts keep many of them: lengths are small numbers, of which Python has each once.
    """

    __slots__ = ("_length", "_start", "source")

    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self._start = span.start
        self._length = span.end - span.start

    def __repr__(self) -> str:
        return f"Location(source={self.source!r}, span={self.span!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Location):
            return NotImplemented
        return self._start == other._start and self._length == other._length and self.source is other.source

    def __hash__(self) -> int:
        return hash((self.source, self._start, self._length))

    def __reduce__(self) -> tuple[type["Location"], tuple[Source, Span]]:
        return Location, (self.source, self.span)

    @property
    def span(self) -> Span:
        return Span(self._start, self._start + self._length)

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def start(self) -> Position:
        return self.source.position(self._start)

    @property
    def end(self) -> Position:
        return self.source.position(self._start + self._length)

    @property
    def text(self) -> str:
        return self.source.text[self._start : self._start + self._length]

    def __str__(self) -> str:
        return f"{self.path}:{self.start.line}:{self.start.column}"


_new = object.__new__
