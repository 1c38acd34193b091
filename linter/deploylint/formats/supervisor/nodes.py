"""What a supervisor file consists of: sections and their options."""

from collections.abc import Iterator

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

PROGRAM_KINDS = ("program", "fcgi-program", "eventlistener")


@dataclass(slots=True)
class Option:
    """One `name = value` with its continuation lines.

    `name` is in lower case, as supervisor looks it up; `name_span` shows how it is written. `value` is what
    supervisor reads: the stripped physical lines joined with line feeds, inline comments cut off. `lines` are the
    spans of those physical lines (empty ones for blank lines), `cuts` the spans of the inline comments.
    """

    source: Source
    name: str
    name_span: Span
    value: str
    lines: tuple[Span, ...]
    cuts: tuple[Span, ...] = ()

    @property
    def at(self) -> Location:
        """From the name to the end of the value."""
        return self.source.location(self.name_span.start, max(self._end, self.name_span.end))

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
        return is_template(self.value) or is_template(self.name)

    def offset(self, index: int) -> int:
        """Where in the source the value's code point `index` stands; its length gives the end of the value."""
        for line in self.lines:
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
        return next((line.start for line in self.lines if line.start < line.end), self.lines[0].start)

    @property
    def _end(self) -> int:
        return next((line.end for line in reversed(self.lines) if line.start < line.end), self.lines[0].end)


@dataclass(slots=True)
class Section:
    """One `[kind:name]` with its options, as it stands in one place of one file.

    `title` is the text between the brackets, `kind` what stands before its first colon and `name` what
    follows (empty without a colon). Case counts. The same title may come again: supervisor merges them.
    """

    source: Source
    title: str
    title_span: Span
    options: list[Option] = field(default_factory=list)
    _last: dict[str, Option] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def kind(self) -> str:
        return self.title.partition(":")[0]

    @property
    def name(self) -> str:
        return self.title.partition(":")[2]

    @property
    def at(self) -> Location:
        """The title without its brackets."""
        return Location(self.source, self.title_span)

    @property
    def is_program(self) -> bool:
        return ":" in self.title and self.kind in PROGRAM_KINDS

    def get(self, name: str) -> Option | None:
        """The option that holds here: the last one of that name."""
        if self._last is None:
            self._last = {option.name: option for option in self.options}
        return self._last.get(name)


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
                if line.start <= option.name_span.start < line.end:
                    return Span(line.start, max(line.end, option.at.span.end))
        return line
