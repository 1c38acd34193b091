"""What the formats have to say to editors, a module for each.

A module of this folder is named like a format and offers

    hover(place: Place) -> Told | None                facts about what stands at the place
    choices(place: Place) -> Choices | None           what may be written there
    definitions(place: Place) -> Iterator[Location]   where what is named there is defined

All three tell what the vocabularies and the model know: facts, no manual's prose. Command lines occur in many formats,
so `command_line` is asked for each of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from deploylint.dataclass import dataclass
from deploylint.document import Document
from deploylint.enumeration import Enum
from deploylint.project import Project
from deploylint.report.visible import visible
from deploylint.source import Location, Source, Span
from deploylint.targets import target

LANGUAGES = frozenset({"nginx", "systemd", "supervisor", "gunicorn", "uwsgi", "compose"})
COMMAND_LINE = "command_line"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: the cursor or the pointer."""

    project: Project
    document: Document
    offset: int

    @property
    def source(self) -> Source:
        return self.document.source

    @property
    def line_start(self) -> int:
        return self.source.line_starts[self.source.position(self.offset).line - 1]

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.source.text[self.line_start : self.offset]

    def word(self, characters: str) -> Span:
        """The longest run of some characters, a class such as `[a-z]`, around the place; empty where there is none."""
        text, first, one = self.source.text, self.line_start, re.compile(characters)
        start = end = self.offset
        while start > first and one.match(text[start - 1]):
            start -= 1
        while end < len(text) and one.match(text[end]):
            end += 1
        return Span(start, end)

    def text(self, span: Span) -> str:
        return self.source.text[span.start : span.end]

    def is_in(self, at: Location) -> bool:
        """Whether a location of the document holds the place; its end counts."""
        return at.source is self.source and at.span.start <= self.offset <= at.span.end

    def version(self, program: str) -> tuple[int, ...] | None:
        """The version of a program that holds for the document; None where nothing tells."""
        found = target(self.project, program, self.document)
        return found.version if found else None


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the name at `span`: facts by their names, and the address of its manual."""

    span: Span
    name: str
    facts: Mapping[str, str]
    manual: str | None = None


class Kind(Enum):
    """What a choice is."""

    SECTION = "section"
    KEY = "key"
    VALUE = "value"
    PLACEHOLDER = "placeholder"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be written; `detail` is a few words about it, `text` what is written where it is not the name."""

    name: str
    kind: Kind
    detail: str = ""
    text: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What may stand in the place of `span`."""

    span: Span
    items: Sequence[Choice]


class Language(Protocol):
    """What a module of this folder offers."""

    def hover(self, place: Place) -> Told | None: ...

    def choices(self, place: Place) -> Choices | None: ...

    def definitions(self, place: Place) -> Iterator[Location]: ...


def languages(document: Document) -> Iterator[Language]:
    """Who is asked about a document, in this order."""
    names = [document.format] if document.format in LANGUAGES else []
    for name in (*names, COMMAND_LINE):
        yield cast("Language", import_module(f"{__name__}.{name}"))


def values(span: Span, words: Sequence[str], detail: str = "") -> Choices:
    """A choice among fixed words."""
    return Choices(span, [Choice(word, Kind.VALUE, detail) for word in words])


def code(text: str) -> str:
    """Text as it stands in a file, for Markdown."""
    return "`" + visible(text).replace("`", "'") + "`"


def written(version: tuple[int, ...]) -> str:
    """`1.25.1`"""
    return ".".join(map(str, version))


def beginning(document: Document) -> Location:
    """The place that stands for a whole file."""
    return document.source.location(0, 0)
