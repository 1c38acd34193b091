"""Offsets and the protocol's positions: lines from 0, characters in the units that the client asked for."""

from collections.abc import Iterable

from lsprotocol import types

from deploylint.source import Location, Source, Span

_BEYOND_THE_BASIC_PLANE = 0xFFFF


class Positions:
    """Converts for one encoding: `utf-8` counts bytes, `utf-16` code units, `utf-32` code points."""

    def __init__(self, encoding: str) -> None:
        self._width = _WIDTHS[encoding]

    def position(self, source: Source, offset: int) -> types.Position:
        """The position of an offset."""
        line = source.position(offset).line
        start = source.line_starts[line - 1]
        return types.Position(line - 1, self._units(source.text[start:offset]))

    def range(self, source: Source, span: Span) -> types.Range:
        """The range of a span."""
        return types.Range(self.position(source, span.start), self.position(source, span.end))

    def of(self, at: Location) -> types.Range:
        """The range of a location in its source."""
        return self.range(at.source, at.span)

    def offset(self, source: Source, position: types.Position) -> int:
        """The offset of a position: behind a line its end, behind the text its end, inside a character its start."""
        starts = source.line_starts
        if position.line >= len(starts):
            return len(source.text)
        start = starts[position.line]
        line = source.line(position.line + 1)
        if line.isascii():
            return start + min(position.character, len(line))
        left = position.character
        for index, character in enumerate(line):
            left -= self._width(character)
            if left < 0:
                return start + index
        return start + len(line)

    def span(self, source: Source, wanted: types.Range) -> Span:
        """The span of a range."""
        start = self.offset(source, wanted.start)
        return Span(start, max(start, self.offset(source, wanted.end)))

    def changed(self, text: str, changes: Iterable[types.TextDocumentContentChangeEvent]) -> str:
        """A text after changes, each of which speaks of the text that the one before left."""
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                span = self.span(Source("", text), change.range)
                text = text[: span.start] + change.text + text[span.end :]
            else:
                text = change.text
        return text

    def _units(self, text: str) -> int:
        return len(text) if text.isascii() else sum(map(self._width, text))


def _utf_8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _utf_16(character: str) -> int:
    return 2 if ord(character) > _BEYOND_THE_BASIC_PLANE else 1


def _utf_32(_character: str) -> int:
    return 1


_WIDTHS = {"utf-8": _utf_8, "utf-16": _utf_16, "utf-32": _utf_32}
