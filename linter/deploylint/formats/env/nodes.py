"""What an env file consists of."""

from collections.abc import Iterator

from deploylint.document import Chain, Document
from deploylint.pattern import pattern
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.values.env_entry import EnvFile as Values
from deploylint.values.env_file import EnvDialect, parse_env_file

_VALUE = pattern(r"""=[ \t]*+("(?:[^"\\]++|\\[\s\S])*+"(?!\S*[^\s#])|'[^']*+'(?!\S*[^\s#])|[\s\S]*+)""")
_COMMENT = pattern(r"(?<=[ \t])#[^\n]*+")


class Entry:
    """One `NAME=value` as it is written: `raw` has its quotes, but no comment behind it.

    There may be millions, so that name and value are cut out of the text whenever somebody asks.
    """

    # But for `start`, small numbers, of which Python has each once: the length, and the distance of the `=`.
    __slots__ = ("_equals", "_length", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        text = source.text
        self.source = source
        self.start = start
        self._length = len(text[start:end].rstrip())
        # The grammar's ENTRY has an equals sign.
        self._equals = text.index("=", start, end) - start

    @property
    def end(self) -> int:
        return self.start + self._length

    @property
    def export(self) -> bool:
        return self.source.text.startswith(("export ", "export\t"), self.start)

    @property
    def name(self) -> str:
        name = self.source.text[self.start : self.start + self._equals].rstrip()
        return name.removeprefix("export").lstrip(" \t") if self.export else name

    @property
    def _value(self) -> tuple[int, int, Span | None]:
        """Where the raw value begins and ends, and the comment behind it."""
        text = self.source.text
        match = _VALUE.match(text, self.start + self._equals, self.end)
        assert match is not None  # noqa: S101  it begins with the equals sign
        first, last = match.span(1)
        quoted = text.startswith(("'", '"'), first, last)
        comment = _COMMENT.search(text, last if quoted else first, self.end)
        if comment is None:
            return first, last, None
        stop = min(last, comment.start())
        return first, first + len(text[first:stop].rstrip()), Span(comment.start(), self.end)

    @property
    def raw(self) -> str:
        first, last, _ = self._value
        return self.source.text[first:last]

    @property
    def comment(self) -> Span | None:
        """What compose, python-dotenv and shells take for a comment at the end; to systemd it belongs to the value."""
        return self._value[2] if "#" in self.source.text[self.start : self.end] else None

    @property
    def opaque(self) -> bool:
        """Whether the value holds marks of a template language."""
        return is_template(self.source.text[self._value[0] : self.end])

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        equals = self.start + self._equals
        name = self.name
        start = self.source.text.rindex(name, self.start, equals)
        return self.source.location(start, start + len(name))

    @property
    def value_at(self) -> Location:
        """The raw value; an empty span behind the `=` when there is none."""
        first, last, _ = self._value
        return self.source.location(first, last)


class EnvFile(Document):
    """One raw list of entries; `read` gives the values in a reader's eyes."""

    __slots__ = ("_comments", "_values", "entries")

    format = "env"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        entries: list[Entry],
        comments: list[Span],
        *,
        templated: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.entries = entries
        # Those on lines of their own.
        self._comments = comments
        self._values: dict[EnvDialect, Values] = {}

    def read(self, dialect: EnvDialect) -> Values:
        """The whole file as that program reads it."""
        if dialect not in self._values:
            self._values[dialect] = parse_env_file(self.source.text, dialect)
        return self._values[dialect]

    def value(self, name: str, dialect: EnvDialect) -> str | None:
        """What that program takes the variable to be; None when it is not set here or depends on others."""
        found = (entry.value for entry in reversed(self.read(dialect).entries) if entry.name == name)
        return next(found, None)

    def get(self, name: str) -> Entry | None:
        """The entry that holds: the last one of that name."""
        return next((entry for entry in reversed(self.entries) if entry.name == name), None)

    def walk(self) -> Iterator[tuple[Entry, Chain]]:
        for entry in self.entries:
            yield entry, (self, None)

    def comments(self) -> Iterator[Span]:
        inner = [comment for entry in self.entries if (comment := entry.comment) is not None]
        yield from sorted(self._comments + inner) if inner else self._comments

    def statement(self, offset: int) -> Span:
        """The entry with all lines of its quoted value, or the line."""
        line = super().statement(offset)
        for entry in self.entries:
            if line.start <= entry.start < line.end:
                return Span(line.start, max(line.end, entry.end))
        return line
