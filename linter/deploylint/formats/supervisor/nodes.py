"""What a supervisor file consists of: sections and their options."""

from collections.abc import Iterator, Sequence
from sys import intern

from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

PROGRAM_KINDS = ("program", "fcgi-program", "eventlistener")
# Of fewer options the right one is found faster by looking at them than a dictionary is made.
_MANY = 32


class _Parts:
    """What no single stretch of the text tells, where a value goes over several lines or has comments in it."""

    __slots__ = ("cuts", "lines", "name_end", "value")

    def __init__(self, name_end: int, lines: list[Span], cuts: list[Span]) -> None:
        self.name_end = name_end
        self.lines = lines
        self.cuts = cuts
        self.value: str | None = None


class Option:
    """One `name = value` with its continuation lines.

    `name` is in lower case, as supervisor looks it up; `name_span` shows how it is written. `value` is what
    supervisor reads: the stripped physical lines joined with line feeds, inline comments cut off. There may be
    millions, so that the value of a single line is cut out of the text whenever somebody asks.
    """

    # Distance from the section's start, and length: small numbers, of which Python has each once.
    __slots__ = ("_at", "_rest", "name", "section")

    def __init__(self, section: "Section", start: int, name: str, end: int) -> None:
        """`name` as it is written; `end` is that of the value, of which nothing stands in other lines."""
        self.section = section
        self._at = start - section.start
        self.name = intern(name.lower())
        self._rest: int | _Parts = end - start
        if len(self.name) != len(name):
            self._parts(len(name))

    def _parts(self, name_length: int) -> _Parts:
        """Its parts, told apart from now on."""
        if not isinstance(self._rest, _Parts):
            start, end = self.start, self.start + self._rest
            written = self.source.text[start + name_length : end]
            value = written.lstrip()[1:].lstrip()
            self._rest = _Parts(start + name_length, [Span(end - len(value), end)], [])
        return self._rest

    def extend(self, line: Span) -> None:
        """A further line of the value."""
        parts = self._parts(len(self.name))
        parts.lines.append(line)
        parts.value = None

    def cut(self, comment: Span) -> None:
        """An inline comment behind the last line."""
        self._parts(len(self.name)).cuts.append(comment)

    @property
    def source(self) -> Source:
        return self.section.source

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.section.start + self._at

    @property
    def value(self) -> str:
        rest = self._rest
        text, start = self.section.source.text, self.section.start + self._at
        if isinstance(rest, int):
            # Between name and value stands one delimiter, with blanks around it.
            return text[start + len(self.name) : start + rest].lstrip()[1:].lstrip()
        if rest.value is None:
            rest.value = "\n".join([text[line.start : line.end] for line in rest.lines]).rstrip()
        return rest.value

    @property
    def name_span(self) -> Span:
        rest, start = self._rest, self.start
        return Span(start, rest.name_end if isinstance(rest, _Parts) else start + len(self.name))

    @property
    def lines(self) -> Sequence[Span]:
        """The spans of the value's physical lines up to the last one with text; empty ones for blank lines."""
        if isinstance(self._rest, _Parts):
            return self._rest.lines
        return (Span(self._start, self._end),)

    @property
    def cuts(self) -> Sequence[Span]:
        """The spans of the inline comments."""
        return self._rest.cuts if isinstance(self._rest, _Parts) else ()

    @property
    def at(self) -> Location:
        """From the name to the end of the value."""
        return self.source.location(self.start, max(self._end, self.name_span.end))

    @property
    def name_at(self) -> Location:
        return Location(self.source, self.name_span)

    @property
    def value_at(self) -> Location:
        """The value; its place after the delimiter when it is empty."""
        return self.source.location(self._start, self._end)

    @property
    def opaque(self) -> bool:
        """Whether the name or value holds marks of a template language, so that nobody can tell what it will be."""
        return self.section.templated and (is_template(self.value) or is_template(self.name))

    def offset(self, index: int) -> int:
        """Where in the source the value's code point `index` stands; its length gives the end of the value."""
        if not isinstance(self._rest, _Parts):
            return min(self._start + index, self._end)
        for line in self._rest.lines:
            length = line.end - line.start
            if index <= length:
                return line.start + index
            index -= length + 1
        return self._end

    def location(self, start: int, end: int) -> Location:
        """The source of `value[start:end]`."""
        return self.source.location(self.offset(start), self.offset(end))

    @property
    def _start(self) -> int:
        rest = self._rest
        if not isinstance(rest, _Parts):
            return self.start + rest - len(self.value)
        return next((line.start for line in rest.lines if line.start < line.end), rest.lines[0].start)

    @property
    def _end(self) -> int:
        rest = self._rest
        if not isinstance(rest, _Parts):
            return self.start + rest
        return next((line.end for line in reversed(rest.lines) if line.start < line.end), rest.lines[0].end)


class Section:
    """One `[kind:name]` with its options, as it stands in one place of one file.

    `title` is the text between the brackets, which begins at `start`; `kind` what stands before its first colon and
    `name` what follows (empty without a colon). Case counts. The same title may come again: supervisor merges them.
    `templated`: there are marks of a template language in the file.
    """

    __slots__ = ("_last", "options", "source", "start", "templated", "title")

    def __init__(self, source: Source, start: int, title: str, *, templated: bool) -> None:
        self.source = source
        self.start = start
        self.title = title
        self.templated = templated
        self.options: list[Option] = []
        self._last: dict[str, Option] | None = None

    @property
    def kind(self) -> str:
        return self.title.partition(":")[0]

    @property
    def name(self) -> str:
        return self.title.partition(":")[2]

    @property
    def title_span(self) -> Span:
        return Span(self.start, self.start + len(self.title))

    @property
    def at(self) -> Location:
        """The title without its brackets."""
        return self.source.location(self.start, self.start + len(self.title))

    @property
    def is_program(self) -> bool:
        return ":" in self.title and self.kind in PROGRAM_KINDS

    def get(self, name: str) -> Option | None:
        """The option that holds here: the last one of that name."""
        if len(self.options) > _MANY:
            if self._last is None:
                self._last = {option.name: option for option in self.options}
            return self._last.get(name)
        for option in reversed(self.options):
            if option.name == name:
                return option
        return None


class File(Document):
    """A main file (with `[supervisord]`) or a fragment that some main file includes."""

    __slots__ = ("_comments", "sections")

    format = "supervisor"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        sections: list[Section],
        comments: tuple[Span, ...],
        *,
        templated: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.sections = sections
        self._comments = comments

    @property
    def is_main(self) -> bool:
        """Whether supervisord can be started with this file."""
        return any(section.title == "supervisord" for section in self.sections)

    def walk(self) -> Iterator[tuple[Section | Option, Chain]]:
        for section in self.sections:
            yield section, (self, None)
            chain: Chain = (section, (self, None))
            for option in section.options:
                yield option, chain

    def comments(self) -> Iterator[Span]:
        return iter(self._comments)

    def statement(self, offset: int) -> Span:
        """The option with its continuation lines, or the line."""
        line = super().statement(offset)
        for section in self.sections:
            for option in section.options:
                if line.start <= option.start < line.end:
                    return Span(line.start, max(line.end, option.at.span.end))
        return line
