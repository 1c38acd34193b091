"""What a Procfile consists of."""

from collections.abc import Iterator

from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem

ONE_SHOTS = frozenset({"release", "console", "postdeploy", "predeploy"})
"""Lines that run once: Heroku's release phase and console, Dokku's and Scalingo's deploy hooks."""


class Entry:
    """One `name: command`."""

    __slots__ = ("colon", "end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.colon = source.text.index(":", start, end)
        self.end = start + len(source.text[start:end].rstrip())

    @property
    def name(self) -> str:
        return self.source.text[self.start : self.colon].rstrip()

    @property
    def command(self) -> str:
        at = self.command_at.span
        return self.source.text[at.start : at.end]

    @property
    def one_shot(self) -> bool:
        return self.name in ONE_SHOTS

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        return self.source.location(self.start, self.start + len(self.name))

    @property
    def command_at(self) -> Location:
        rest = self.source.text[self.colon + 1 : self.end]
        return self.source.location(
            self.colon + 1 + len(rest) - len(rest.lstrip()), max(self.end, self.colon + 1)
        )


class Procfile(Document):
    """The process types of an application."""

    __slots__ = ("_comments", "entries")

    format = "procfile"

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

    def walk(self) -> Iterator[tuple[Entry, Chain]]:
        for entry in self.entries:
            yield entry, (self, None)

    def comments(self) -> Iterator[Span]:
        return iter(self._comments)
