"""One unit file or drop-in, parsed."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, repeat

from deploylint.document import Chain, Document
from deploylint.formats.systemd.file_names import FileName
from deploylint.formats.systemd.logical_lines import inner_comments
from deploylint.formats.systemd.nodes import Assignment, Comment, Line, Place, Section
from deploylint.source import Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.typed import Any
from deploylint.values.unit_names import UnitName


class UnitFile(Document):
    """A unit file or a drop-in.

    `preamble` are the lines before the first section; repeated sections stay apart. `lines` are all assignments, `by_place`
    the same by section and key, `places` what these are, and the sections with an empty key. `unit` is the name of the unit
    (`web@.service`), for a drop-in the name of the one it extends, and empty where the file's name does not tell.
    `open_ended` says that a template language may add, drop or repeat lines, so that nothing can be said about what is
    missing.
    """

    __slots__ = (
        "_starts",
        "by_place",
        "is_user_unit",
        "lines",
        "name",
        "open_ended",
        "places",
        "preamble",
        "sections",
    )

    format = "systemd"
    speaks_for_itself = True

    def __init__(
        self,
        source: Source,
        name: FileName,
        preamble: list[Line],
        sections: list[Section],
        problems: tuple[SyntaxProblem, ...],
        *,
        lines: list[Assignment],
        by_place: dict[Place, list[Assignment]],
        templated: bool,
        open_ended: bool,
        is_user_unit: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.name = name
        self.preamble = preamble
        self.sections = sections
        self.open_ended = open_ended
        self.is_user_unit = is_user_unit
        self._starts: list[tuple[int, int]] | None = None
        self.lines = lines
        self.by_place = by_place
        self.places = _shared(frozenset(by_place).union([(section.name, "") for section in sections]))

    @property
    def unit(self) -> str:
        return self.name.unit

    @property
    def unit_name(self) -> UnitName | None:
        """The unit's name taken apart; None where it is no valid one."""
        return self.name.unit_name

    @property
    def type(self) -> str:
        """`service`, `socket` ...; empty where neither the name nor the sections tell."""
        return self.name.type

    @property
    def is_drop_in(self) -> bool:
        return self.name.is_drop_in

    @property
    def is_fragment(self) -> bool:
        """Whether there is more to the unit than this file: a drop-in, or a file that is not named like a unit."""
        return self.name.is_drop_in or not self.name.unit

    @property
    def is_template(self) -> bool:
        """Whether the unit is a template or an instance of one, so that `%i` stands for something."""
        return "@" in self.name.unit

    def section(self, name: str) -> Section | None:
        """The first section of that name."""
        return next((section for section in self.sections if section.name == name), None)

    @property
    def names(self) -> frozenset[str]:
        return _names(self.places)

    @property
    def head(self) -> tuple[str, frozenset[Place]]:
        """Its type and `places`: what `when` of a rule on units is asked about."""
        return self.name.type, self.places

    @property
    def is_addition(self) -> bool:
        return self.name.is_drop_in

    def assignments(self) -> Iterator[Assignment]:
        """All assignments in sections, in order."""
        for section in self.sections:
            yield from section.assignments

    def walk(self) -> Iterator[tuple[Any, Chain]]:
        return chain.from_iterable(self._stretches())

    def _stretches(self) -> Iterator[Iterable[tuple[Any, Chain]]]:
        """The nodes section by section: one generator for all of a long file's lines takes long to come back to."""
        top: Chain = (self, None)
        if self.preamble:
            yield zip(self.preamble, repeat(top))
        for section in self.sections:
            yield ((section, top),)
            yield zip(section.lines, repeat((section, top)))

    def comments(self) -> Iterator[Span]:
        for node, _ in self.walk():
            if type(node) is Comment:
                yield Span(node.start, node.end)
            else:
                for start, end in inner_comments(self.source.text, node.start, node.end):
                    yield Span(start, end)

    def statement(self, offset: int) -> Span:
        """The logical line that holds the offset, else the next one that begins after it."""
        if self._starts is None:
            self._starts = [(node.start, node.end) for node, _ in self.walk() if type(node) is not Comment]
        index = bisect_right(self._starts, (offset, len(self.source.text)))
        if index and offset <= self._starts[index - 1][1]:
            index -= 1
        if index == len(self._starts):
            return super().statement(offset)
        return Span(*self._starts[index])


@lru_cache(maxsize=1024)
def _shared(places: frozenset[Place]) -> frozenset[Place]:
    """Units have the same keys again and again; what is worked out for one such set is found at once for the next."""
    return places


@lru_cache(maxsize=1024)
def _names(places: frozenset[Place]) -> frozenset[str]:
    return frozenset(name for place in places for name in place)
