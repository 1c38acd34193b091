"""What a uWSGI configuration consists of, whatever its format: sections of options."""

from collections.abc import Iterator

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

ASKED = "uwsgi"
"""The section that uWSGI reads unless `file:section` names another one."""


@dataclass(slots=True)
class Option:
    """One option. `name` has no dashes in front; `value` is as written, placeholders and all; empty where none is.

    `condition` is the option that opens the `for` or `if-...` block around it.
    """

    source: Source
    name: str
    name_span: Span
    value: str
    value_span: Span
    condition: "Option | None" = None

    @property
    def at(self) -> Location:
        return Location(self.source, Span(self.name_span.start, max(self.name_span.end, self.value_span.end)))

    @property
    def name_at(self) -> Location:
        return Location(self.source, self.name_span)

    @property
    def value_at(self) -> Location:
        return Location(self.source, self.value_span)

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
