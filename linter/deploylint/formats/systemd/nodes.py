"""The nodes of a unit file: sections, assignments, comments, and lines that are none of these."""

from sys import intern

from deploylint.formats.systemd.logical_lines import BLANKS, Pieces, is_continued, join, source_offset
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.source import Location, Source, Span

# Keys whose values systemd itself searches for ${NAME}.
_COMMANDS = ("ExecStart", "ExecStop", "ExecReload", "ExecCondition")


class _Stretch:
    """From `start` to `end`, in code points. Lengths are small numbers, of which Python has each once."""

    __slots__ = ("_length", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self._length = end - start

    @property
    def end(self) -> int:
        return self.start + self._length


class Comment(_Stretch):
    """A line of comment, from its mark on."""

    __slots__ = ()


class Junk(_Stretch):
    """A logical line without `=` and without `[` at its beginning."""

    __slots__ = ("source",)

    source: Source

    @property
    def text(self) -> str:
        return join(self.source.text, self.start, self.end)[0].strip(BLANKS)

    @property
    def at(self) -> Location:
        return _trimmed(self.source, self.start, self.end)


class _Joined:
    """What no single stretch of the text tells, where a name or a value goes over several lines.

    `pieces` are those of what follows the `=`, in which the value begins at `value_start`; None for a value on one line.
    """

    __slots__ = ("equals", "pieces", "value", "value_start")

    def __init__(self, equals: int, raw: str, pieces: Pieces | None) -> None:
        stripped = raw.lstrip(BLANKS)
        self.equals = equals
        self.pieces = pieces
        self.value_start = len(raw) - len(stripped)
        self.value = stripped.rstrip(BLANKS)


class Assignment(_Stretch):
    """`name = value`, with the lines it is continued on.

    `section` is the name of the section around it, empty before the first one. The `value` is as systemd
    takes it from the line: joined, without blanks around it, quotes and escapes in place. Places in the value are told by
    `value_location`, also across continuations. `opaque`: the value holds marks of a template language, so that nobody
    knows what it will be.
    """

    __slots__ = ("_begins", "name", "opaque", "section", "source", "value")

    source: Source
    section: str
    name: str
    value: str
    opaque: bool
    # Where the value begins, counted from the start of the line, unless no single stretch tells its name and value.
    _begins: int | _Joined

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self._length = end - start

    def settle(self, source: Source, section: str, *, marked: bool) -> None:
        """Learn where it stands, and take it apart. `marked`: the file may hold marks of a template language."""
        self.source = source
        self.section = section
        line = source.text[self.start : self.start + self._length]
        if "\\" not in line:
            name, _, value = line.partition("=")
            self.name = intern(name.rstrip(BLANKS))
            value = value.lstrip(BLANKS)
            self._begins = len(line) - len(value)  # for an empty value behind the last blank
            value = value.rstrip(BLANKS)
        else:
            value = self._settle_escaped(source.text)
        self.opaque = marked and has_marks(value, variables=not self.name.startswith(_COMMANDS))
        self._keep(value)

    def _settle_escaped(self, text: str) -> str:
        """Learn the name and where the value begins, of a line with a backslash in it; the value."""
        start, end = self.start, self.end
        equals = text.find("=", start, end)
        name = text[start:equals].rstrip(BLANKS)
        escaped = "\\" in name
        if escaped:
            joined, pieces = join(text, start, end)
            name = joined.partition("=")[0]
            equals = source_offset(pieces, len(name))
            name = name.strip(BLANKS)
        self.name = intern(name)
        continued = is_continued(text, equals + 1, end)
        if continued or escaped:
            self._begins = (
                _Joined(equals, *join(text, equals + 1, end))
                if continued
                else _Joined(equals, text[equals + 1 : end], None)
            )
            return self._begins.value
        raw = text[equals + 1 : end]
        value = raw.lstrip(BLANKS)
        self._begins = equals + 1 - start + len(raw) - len(value)
        return value.rstrip(BLANKS)

    def _keep(self, value: str) -> None:
        self.value = value

    @property
    def head(self) -> str:
        """The value: what `when` of a rule on lines is asked about."""
        return self.value

    @property
    def equals(self) -> int:
        """Where the `=` stands that ends the name."""
        begins = self._begins
        return self.source.text.find("=", self.start) if isinstance(begins, int) else begins.equals

    @property
    def is_continued(self) -> bool:
        return is_continued(self.source.text, self.start, self.end)

    @property
    def value_start(self) -> int | None:
        """Where the value begins in the source; None where it goes over several lines."""
        begins = self._begins
        return self.start + begins if isinstance(begins, int) else None

    def source_offset(self, offset: int) -> int:
        """Where a code point of the value stands in the source."""
        begins = self._begins
        if isinstance(begins, int):
            return self.start + begins + offset
        if begins.pieces is None:
            return begins.equals + 1 + begins.value_start + offset
        return source_offset(begins.pieces, begins.value_start + offset)

    def value_span(self, start: int, end: int) -> Span:
        """Where a part of the value stands in the source; an empty part is an empty span."""
        first = self.source_offset(start)
        return Span(first, self.source_offset(end - 1) + 1 if end > start else first)

    def value_location(self, start: int, end: int) -> Location:
        """The place of a part of the value."""
        begins = self._begins
        if isinstance(begins, int):
            first = self.start + begins + start
            return self.source.location(first, first + max(0, end - start))
        return Location(self.source, self.value_span(start, end))

    @property
    def value_at(self) -> Location:
        """The value; an empty span behind the `=` when there is none."""
        length = len(self.value)
        if not length:
            return self.source.location(self.equals + 1, self.equals + 1)
        begins = self._begins
        if isinstance(begins, int):
            first = self.start + begins
            return self.source.location(first, first + length)
        return self.value_location(0, length)

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


class AssignmentOfMany(Assignment):
    """One in a file that is not short: its value is cut out of the text whenever somebody asks, since there may be millions."""

    __slots__ = ()
    visited_as = Assignment

    def _keep(self, value: str) -> None:
        pass

    @property
    def value(self) -> str:  # type: ignore[override]
        begins = self._begins
        if not isinstance(begins, int):
            return begins.value
        start = self.start
        return self.source.text[start + begins : start + self._length].rstrip(BLANKS)


Line = Assignment | Comment | Junk
Place = tuple[str, str]
"""A section and a key."""


class Section(_Stretch):
    """`[name]` with its lines. The name is what stands between the brackets, blanks included."""

    __slots__ = ("lines", "name", "source")

    source: Source
    name: str

    def __init__(self, start: int, end: int, lines: list[Line]) -> None:
        super().__init__(start, end)
        self.lines = lines

    @property
    def assignments(self) -> list[Assignment]:
        return [line for line in self.lines if isinstance(line, Assignment)]

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
