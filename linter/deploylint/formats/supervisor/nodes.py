"""What a supervisor file consists of: sections and their options."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

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


class Table:
    """The options of a file as numbers, in the order of the text: there may be millions.

    `names` are all names in lower case, `numbers` tells which of them each option has; `starts`, `values` and `ends` where
    an option, its value, and the first line of that begin and end. `more` has the options with more than one line, or with
    an inline comment.
    """

    __slots__ = ("_known", "ends", "more", "names", "numbers", "source", "starts", "templated", "values")

    def __init__(self, source: Source, *, templated: bool) -> None:
        self.source = source
        self.templated = templated
        self.names: list[str] = []
        self._known: dict[str, int] = {}
        self.numbers, self.starts, self.values, self.ends = (array("I") for _ in range(4))
        self.more: dict[int, _More] = {}

    def add(self, start: int, name: str, value_start: int, value_end: int) -> None:
        """A further option."""
        name = name.lower()
        number = self._known.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        self.numbers.append(number)
        self.starts.append(start)
        self.values.append(value_start)
        self.ends.append(value_end)

    def extend(self, line: Span) -> None:
        """A further line of the last option's value."""
        self._last.lines.append(line)

    def cut(self, comment: Span) -> None:
        """An inline comment behind the last line."""
        self._last.cuts.append(comment)

    @property
    def _last(self) -> _More:
        return self.more.setdefault(len(self.starts) - 1, _More())


class Option:
    """One `name = value` with its continuation lines.

    `name` is in lower case, as supervisor looks it up; `name_span` shows how it is written. `value` is what
    supervisor reads: the stripped physical lines joined with line feeds, inline comments cut off. Options are made from
    the file's table whenever somebody asks; two of one place are equal.
    """

    __slots__ = ("_index", "_table", "section")

    def __init__(self, section: "Section", table: Table, index: int) -> None:
        self.section = section
        self._table = table
        self._index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Option) and self._table is other._table and self._index == other._index

    def __hash__(self) -> int:
        return hash((id(self._table), self._index))

    @property
    def source(self) -> Source:
        return self._table.source

    @property
    def name(self) -> str:
        return self._table.names[self._table.numbers[self._index]]

    @property
    def start(self) -> int:
        """Where the name begins."""
        return self._table.starts[self._index]

    @property
    def value(self) -> str:
        table, index = self._table, self._index
        text, more = table.source.text, table.more.get(index)
        if more is None:
            return text[table.values[index] : table.ends[index]]
        if more.value is None:
            more.value = "\n".join([text[line.start : line.end] for line in self.lines]).rstrip()
        return more.value

    @property
    def name_span(self) -> Span:
        start = self.start
        before = self.source.text[start : self._table.values[self._index]]
        # Between name and value stands one delimiter, with blanks around it.
        return Span(start, start + len(before.rstrip()[:-1].rstrip()))

    @property
    def lines(self) -> Sequence[Span]:
        """The spans of the value's physical lines up to the last one with text; empty ones for blank lines."""
        table, index = self._table, self._index
        more = table.more.get(index)
        return (Span(table.values[index], table.ends[index]), *(more.lines if more else ()))

    @property
    def cuts(self) -> Sequence[Span]:
        """The spans of the inline comments."""
        more = self._table.more.get(self._index)
        return more.cuts if more else ()

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
        start, end = self._table.values[self._index], self.end
        if self._index in self._table.more:
            start = next((line.start for line in self.lines if line.start < line.end), start)
        return self.source.location(start, end)

    @property
    def opaque(self) -> bool:
        """Whether the name or value holds marks of a template language, so that nobody can tell what it will be."""
        return self._table.templated and (is_template(self.value) or is_template(self.name))

    def offset(self, index: int) -> int:
        """Where in the source the value's code point `index` stands; its length gives the end of the value."""
        if self._index not in self._table.more:
            return min(self._table.values[self._index] + index, self._table.ends[self._index])
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
        more = self._table.more.get(self._index)
        # The last line has text.
        return more.lines[-1].end if more and more.lines else self._table.ends[self._index]


class Section:
    """One `[kind:name]` with its options, as it stands in one place of one file.

    `title` is the text between the brackets, which begins at `start`; `kind` what stands before its first colon and
    `name` what follows (empty without a colon). Case counts. The same title may come again: supervisor merges them.
    """

    # `_first` is the place of its first option in the table; small numbers exist once.
    __slots__ = ("_first", "_length", "_places", "_table", "count", "start")

    def __init__(self, table: Table, start: int, end: int) -> None:
        self._table = table
        self.start = start
        self._length = end - start
        self._first = len(table.starts)
        self.count = 0
        self._places: Mapping[str, int] | None = None

    @property
    def source(self) -> Source:
        return self._table.source

    @property
    def templated(self) -> bool:
        """Whether there are marks of a template language in the file."""
        return self._table.templated

    @property
    def title(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def kind(self) -> str:
        return self.title.partition(":")[0]

    @property
    def name(self) -> str:
        return self.title.partition(":")[2]

    @property
    def title_span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def end(self) -> int:
        """Where the title ends."""
        return self.start + self._length

    @property
    def at(self) -> Location:
        """The title without its brackets."""
        return self.source.location(self.start, self.end)

    @property
    def is_program(self) -> bool:
        title = self.title
        return ":" in title and title.partition(":")[0] in PROGRAM_KINDS

    @property
    def options(self) -> Sequence[Option]:
        """All of them, in their order."""
        table, first = self._table, self._first
        return [Option(self, table, index) for index in range(first, first + self.count)]

    def get(self, name: str) -> Option | None:
        """The option that holds here: the last one of that name."""
        if self._places is None:
            table, first = self._table, self._first
            names = table.names
            self._places = _places(
                tuple([names[number] for number in table.numbers[first : first + self.count]])
            )
        place = self._places.get(name)
        return None if place is None else Option(self, self._table, self._first + place)


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
