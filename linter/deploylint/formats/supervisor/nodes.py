"""What a supervisor file consists of: sections and their options."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern

from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

PROGRAM_KINDS = ("program", "fcgi-program", "eventlistener")


class _More:
    """What an option has besides the first line of its value: further lines, and inline comments."""

    __slots__ = ("cuts", "lines", "value")

    def __init__(self) -> None:
        self.lines: list[Span] = []
        self.cuts: list[Span] = []
        self.value: str | None = None


class Option:
    """One `name = value` with its continuation lines.

    `name` is in lower case, as supervisor looks it up; `name_span` shows how it is written. `value` is what
    supervisor reads: the stripped physical lines joined with line feeds, inline comments cut off. There may be
    millions, so that the value of a single line is cut out of the text whenever somebody asks.
    """

    # Distances from the section's start, and a length: small numbers, of which Python has each once.
    __slots__ = ("_length", "_more", "_name_at", "_value_at", "name", "section")

    def __init__(self, section: "Section", start: int, name: str, value_start: int, value_end: int) -> None:
        self.section = section
        self.name = intern(name.lower())
        self._name_at = start - section.start
        self._value_at = value_start - section.start
        self._length = value_end - value_start
        self._more: _More | None = None

    def extend(self, line: Span) -> None:
        """A further line of the value."""
        self._more = more = self._more or _More()
        more.lines.append(line)
        more.value = None

    def cut(self, comment: Span) -> None:
        """An inline comment behind the last line."""
        self._more = more = self._more or _More()
        more.cuts.append(comment)

    @property
    def source(self) -> Source:
        return self.section.source

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self.section.start + self._name_at

    @property
    def value(self) -> str:
        section, more = self.section, self._more
        if more is None or not more.lines:
            start = section.start + self._value_at
            return section.source.text[start : start + self._length]
        if more.value is None:
            text = section.source.text
            more.value = "\n".join([text[line.start : line.end] for line in self.lines]).rstrip()
        return more.value

    @property
    def name_span(self) -> Span:
        start = self.start
        before = self.source.text[start : self.section.start + self._value_at]
        # Between name and value stands one delimiter, with blanks around it.
        return Span(start, start + len(before.rstrip()[:-1].rstrip()))

    @property
    def lines(self) -> Sequence[Span]:
        """The spans of the value's physical lines up to the last one with text; empty ones for blank lines."""
        start = self.section.start + self._value_at
        return (Span(start, start + self._length), *(self._more.lines if self._more else ()))

    @property
    def cuts(self) -> Sequence[Span]:
        """The spans of the inline comments."""
        return self._more.cuts if self._more else ()

    @property
    def at(self) -> Location:
        """From the name to the end of the value."""
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        return Location(self.source, self.name_span)

    @property
    def value_at(self) -> Location:
        """The value; its place after the delimiter when it is empty."""
        section = self.section
        start = section.start + self._value_at
        if self._more is None:
            return section.source.location(start, start + self._length)
        written = [line for line in self.lines if line.start < line.end]
        return section.source.location(written[0].start if written else start, self.end)

    @property
    def opaque(self) -> bool:
        """Whether the name or value holds marks of a template language, so that nobody can tell what it will be."""
        return self.section.templated and (is_template(self.value) or is_template(self.name))

    def offset(self, index: int) -> int:
        """Where in the source the value's code point `index` stands; its length gives the end of the value."""
        if self._more is None:
            return self.section.start + self._value_at + min(index, self._length)
        for line in self.lines:
            length = line.end - line.start
            if index <= length:
                return line.start + index
            index -= length + 1
        return self.end

    def location(self, start: int, end: int) -> Location:
        """The source of `value[start:end]`."""
        return self.source.location(self.offset(start), self.offset(end))

    @property
    def end(self) -> int:
        end = self.section.start + self._value_at + self._length
        # The last line has text.
        return self._more.lines[-1].end if self._more and self._more.lines else end


class Section:
    """One `[kind:name]` with its options, as it stands in one place of one file.

    `title` is the text between the brackets, which begins at `start`; `kind` what stands before its first colon and
    `name` what follows (empty without a colon). Case counts. The same title may come again: supervisor merges them.
    `templated`: there are marks of a template language in the file.
    """

    __slots__ = ("_places", "options", "source", "start", "templated", "title")

    def __init__(self, source: Source, start: int, title: str, *, templated: bool) -> None:
        self.source = source
        self.start = start
        self.title = title
        self.templated = templated
        self.options: list[Option] = []
        self._places: Mapping[str, int] | None = None

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
    def end(self) -> int:
        """Where the title ends."""
        return self.start + len(self.title)

    @property
    def at(self) -> Location:
        """The title without its brackets."""
        return self.source.location(self.start, self.end)

    @property
    def is_program(self) -> bool:
        return ":" in self.title and self.kind in PROGRAM_KINDS

    def get(self, name: str) -> Option | None:
        """The option that holds here: the last one of that name."""
        if self._places is None:
            self._places = _places(tuple([option.name for option in self.options]))
        place = self._places.get(name)
        return None if place is None else self.options[place]


@lru_cache(maxsize=256)
def _places(names: tuple[str, ...]) -> Mapping[str, int]:
    """Where the last option of each name stands. Sections of one kind mostly have the same names in one order."""
    return {name: place for place, name in enumerate(names)}


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
