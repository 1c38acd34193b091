"""What an env file consists of."""

from collections.abc import Iterator

from deploylint.document import Chain, Document
from deploylint.pattern import pattern
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.values.env_entry import EnvFile as Values
from deploylint.values.env_file import EnvDialect, parse_env_file

_PARTS = pattern(
    r"(?P<export>export[ \t]++)?+(?P<name>[^=]*+)=[ \t]*+"
    r"""(?P<value>"(?:[^"\\]++|\\[\s\S])*+"(?!\S*[^\s#])|'[^']*+'(?!\S*[^\s#])|[\s\S]*+)""",
)
_COMMENT = pattern(r"(?:(?<=[ \t])|\A)#[^\n]*+")


class Entry:
    """One `NAME=value` as it is written: `raw` has its quotes, but no comment behind it.

    `comment` is what compose, python-dotenv and shells take for a comment at the end; to systemd it
    belongs to the value.
    """

    # But for `start` and a comment, lengths and distances from `start`, which are small: of these Python has each once.
    __slots__ = (
        "_length",
        "_name_at",
        "_name_length",
        "_raw_at",
        "_raw_length",
        "comment",
        "export",
        "source",
        "start",
    )

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self._length = len(source.text[start:end].rstrip())
        match = _PARTS.match(source.text, start, self.end)
        # The grammar's ENTRY has an equals sign.
        assert match is not None  # noqa: S101
        self.export = match["export"] is not None
        self._name_at = match.start("name") - start
        self._name_length = len(match["name"].rstrip())
        first, last = match.span("value")
        quoted = match["value"][:1] in {"'", '"'}
        comment = _COMMENT.search(source.text, last if quoted else first, self.end)
        self.comment = None if comment is None else Span(comment.start(), self.end)
        stop = last if comment is None else min(last, comment.start())
        self._raw_at = first - start
        self._raw_length = len(source.text[first:stop].rstrip())

    @property
    def end(self) -> int:
        return self.start + self._length

    @property
    def name(self) -> str:
        start = self.start + self._name_at
        return self.source.text[start : start + self._name_length]

    @property
    def raw(self) -> str:
        start = self.start + self._raw_at
        return self.source.text[start : start + self._raw_length]

    @property
    def opaque(self) -> bool:
        """Whether the value holds marks of a template language."""
        return is_template(self.source.text[self.start + self._raw_at : self.end])

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        start = self.start + self._name_at
        return self.source.location(start, start + self._name_length)

    @property
    def value_at(self) -> Location:
        """The raw value; an empty span behind the `=` when there is none."""
        start = self.start + self._raw_at
        return self.source.location(start, start + self._raw_length)


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
        return iter(self._comments)

    def statement(self, offset: int) -> Span:
        """The entry with all lines of its quoted value, or the line."""
        line = super().statement(offset)
        for entry in self.entries:
            if line.start <= entry.start < line.end:
                return Span(line.start, max(line.end, entry.end))
        return line
