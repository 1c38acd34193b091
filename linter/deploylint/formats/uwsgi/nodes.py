"""What a uWSGI configuration consists of, whatever its format: sections of options."""

from collections.abc import Iterator
from sys import intern

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

ASKED = "uwsgi"
"""The section that uWSGI reads unless `file:section` names another one."""

Place = tuple[int, int]
"""From one offset to another."""


class Option:
    """One option. `name` has no dashes in front; `value` is as written, placeholders and all; empty where none is.

    `start` is where the name begins. `condition` is the option that opens the `for` or `if-...` block around it.
    """

    # There may be millions. But for `start`, small numbers, of which Python has each once: lengths, and a distance from `start`.
    __slots__ = (
        "_name_length",
        "_value",
        "_value_at",
        "_value_length",
        "condition",
        "name",
        "source",
        "start",
    )

    def __init__(
        self, source: Source, name: str, name_place: Place, value: str | None, value_place: Place
    ) -> None:
        """`value` is None where it stands in the text as it is."""
        self.source = source
        self.name = intern(name)
        self.start, end = name_place
        self._name_length = end - self.start
        self._value = value
        start, end = value_place
        self._value_at = start - self.start
        self._value_length = end - start
        self.condition: Option | None = None

    @property
    def value(self) -> str:
        if self._value is None:
            start = self.start + self._value_at
            return self.source.text[start : start + self._value_length]
        return self._value

    @property
    def name_span(self) -> Span:
        return Span(self.start, self.start + self._name_length)

    @property
    def value_span(self) -> Span:
        start = self.start + self._value_at
        return Span(start, start + self._value_length)

    @property
    def end(self) -> int:
        return self.start + max(self._name_length, self._value_at + self._value_length)

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        return self.source.location(self.start, self.start + self._name_length)

    @property
    def value_at(self) -> Location:
        start = self.start + self._value_at
        return self.source.location(start, start + self._value_length)

    @property
    def opaque(self) -> bool:
        """Whether marks of a template language stand in the name or value."""
        return is_template(self.value) or is_template(self.name)


@dataclass(slots=True)
class Section:
    """A section of an ini file, or the object, mapping or element that stands for one."""

    source: Source
    name: str
    name_span: Span
    options: list[Option] = field(default_factory=list)

    @property
    def at(self) -> Location:
        return Location(self.source, self.name_span)


class UwsgiConfig(Document):
    """A configuration file; `syntax` is `ini`, `yaml`, `xml` or `json`."""

    __slots__ = ("_comments", "sections", "syntax")

    format = "uwsgi"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        sections: list[Section],
        comments: tuple[Span, ...] = (),
        *,
        syntax: str,
        templated: bool = False,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.sections = sections
        self.syntax = syntax
        self._comments = comments

    def walk(self) -> Iterator[tuple[Section | Option, Chain]]:
        for section in self.sections:
            yield section, (self, None)
            chain: Chain = (section, (self, None))
            for option in section.options:
                yield option, chain

    def comments(self) -> Iterator[Span]:
        return iter(self._comments)

    def options(self, section: str = ASKED) -> Iterator[Option]:
        """The options of a section in their order; sections of one name are one."""
        return (option for found in self.sections if found.name == section for option in found.options)
