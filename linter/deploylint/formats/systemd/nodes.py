"""The nodes of a unit file: sections, assignments, comments, and lines that are none of these."""

from sys import intern

from deploylint.formats.systemd.logical_lines import BLANKS, Pieces, is_continued, join, source_offset
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.source import Location, Source, Span

# Keys whose values systemd itself searches for ${NAME}.
_COMMANDS = ("ExecStart", "ExecStop", "ExecReload", "ExecCondition")


class Comment:
    """A line of comment, from its mark on."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Junk:
    """A logical line without `=` and without `[` at its beginning."""

    __slots__ = ("end", "source", "start")

    source: Source

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    @property
    def text(self) -> str:
        return join(self.source.text, self.start, self.end)[0].strip(BLANKS)

    @property
    def at(self) -> Location:
        return _trimmed(self.source, self.start, self.end)


class Assignment:
    """`name = value`, with the lines it is continued on.

    `section` is the name of the section around it, empty before the first one. The value is as systemd
    takes it from the line: joined, without blanks around it, quotes and escapes in place. Places in the
    value are told by `value_location`, also across continuations.
    """

    __slots__ = (
        "_opaque",
        "_pieces",
        "_value_start",
        "end",
        "equals",
        "name",
        "section",
        "source",
        "start",
        "value",
    )

    source: Source
    section: str
    name: str
    equals: int
    value: str

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        # Where the pieces of a continued value stand; None for one on a single line.
        self._pieces: Pieces | None = None
        self._opaque: bool | None = None

    def settle(self, source: Source, section: str, *, marked: bool) -> None:
        """Learn where it stands, and take it apart. `marked`: the file may hold marks of a template language."""
        text = source.text
        if not marked:
            self._opaque = False
        self.source = source
        self.section = section
        self.equals = text.find("=", self.start, self.end)
        name = text[self.start : self.equals].rstrip(BLANKS)
        whole = text.find("\\", self.start, self.end) < 0
        if not whole and "\\" in name:
            joined, pieces = join(text, self.start, self.end)
            name = joined.partition("=")[0]
            self.equals = source_offset(pieces, len(name))
            name = name.strip(BLANKS)
        self.name = intern(name)
        start = self.equals + 1
        if not whole and is_continued(text, start, self.end):
            raw, self._pieces = join(text, start, self.end)
        else:
            raw = text[start : self.end]
        stripped = raw.lstrip(BLANKS)
        self._value_start = len(raw) - len(stripped)
        self.value = stripped.rstrip(BLANKS)

    @property
    def is_continued(self) -> bool:
        return is_continued(self.source.text, self.start, self.end)

    @property
    def opaque(self) -> bool:
        """Whether the value holds marks of a template language, so that nobody knows what it will be."""
        if self._opaque is None:
            self._opaque = has_marks(self.value, variables=not self.name.startswith(_COMMANDS))
        return self._opaque

    def source_offset(self, offset: int) -> int:
        """Where a code point of the value stands in the source."""
        if self._pieces is None:
            return self.equals + 1 + self._value_start + offset
        return source_offset(self._pieces, self._value_start + offset)

    def value_span(self, start: int, end: int) -> Span:
        """Where a part of the value stands in the source; an empty part is an empty span."""
        if self._pieces is None:
            base = self.equals + 1 + self._value_start
            return Span(base + start, base + max(start, end))
        first = self.source_offset(start)
        return Span(first, self.source_offset(end - 1) + 1 if end > start else first)

    def value_location(self, start: int, end: int) -> Location:
        """The place of a part of the value."""
        return Location(self.source, self.value_span(start, end))

    @property
    def value_at(self) -> Location:
        """The value; an empty span behind the `=` when there is none."""
        if not self.value:
            return self.source.location(self.equals + 1, self.equals + 1)
        return self.value_location(0, len(self.value))

    @property
    def name_at(self) -> Location:
        return _trimmed(self.source, self.start, self.equals)

    @property
    def at(self) -> Location:
        return _trimmed(self.source, self.start, self.end)

    @property
    def line_span(self) -> Span:
        """The whole lines it stands on, with the last line's end: what to delete when it goes."""
        text = self.source.text
        end = text.find("\n", self.end)
        start = max(text.rfind("\n", 0, self.start), text.rfind("\r", 0, self.start)) + 1
        return Span(start, len(text) if end < 0 else end + 1)


Line = Assignment | Comment | Junk


class Section:
    """`[name]` with its lines. The name is what stands between the brackets, blanks included."""

    __slots__ = ("end", "lines", "name", "source", "start")

    source: Source
    name: str

    def __init__(self, start: int, end: int, lines: list[Line]) -> None:
        self.start = start
        self.end = end
        self.lines = lines

    @property
    def assignments(self) -> list[Assignment]:
        return [line for line in self.lines if type(line) is Assignment]

    @property
    def header(self) -> str:
        """The line as systemd reads it."""
        return join(self.source.text, self.start, self.end)[0].strip(BLANKS)

    @property
    def at(self) -> Location:
        """The header's line."""
        return _trimmed(self.source, self.start, self.end)

    @property
    def name_at(self) -> Location:
        """The name between the brackets; the whole header where they are out of order."""
        at = self.at
        written = at.text
        if not (written.startswith("[") and written.endswith("]")):
            return at
        return self.source.location(at.span.start + 1, at.span.end - 1)


def _trimmed(source: Source, start: int, end: int) -> Location:
    text = source.text[start:end]
    return source.location(start, start + len(text.rstrip(BLANKS + "\0")))
