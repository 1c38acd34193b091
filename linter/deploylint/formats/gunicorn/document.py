"""A gunicorn configuration file: Python that is read, never run."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, pairwise

from deploylint.document import Chain, Document
from deploylint.facts import Environment
from deploylint.formats.python.lines import EQUAL, NAME, terminal
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Clause,
    FunctionDefinition,
    Import,
    Node,
    walk,
)
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.gunicorn.bindings import Outcome

# Marks of template languages that are no Python where they stand; in a literal they are looked at by themselves.
_TEMPLATE = pattern(r"\{%-?+[ \t]|\{\{-?+[ \t]*+\w|<%|\$\{\w++\}|^[^#'\"\n]*+@[A-Z_]++@", MULTILINE)
_WORD = pattern(r"[^\W\d]\w*+")
_DOT = terminal("DOT")
_END = (0, 0, 0)
_SHORT = 65536  # code points of a file whose lexemes are kept
_FORMAT_STRING = terminal("FORMAT_STRING")
_OPENING = frozenset(terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))


def _is_template(text: str) -> bool:
    return any("}}" in text or not mark[0].startswith("{{") for mark in _TEMPLATE.finditer(text))


class GunicornConfig(Document):
    """The statements of a configuration file and what they leave behind."""

    format = "gunicorn"

    def __init__(self, source: Source) -> None:
        from deploylint.formats.python.blocks import parse_module  # noqa: PLC0415  costs as much as a small run

        module = parse_module(source, check_bodies=True)
        templated = bool(module.problems) and _is_template(source.text)
        problems = (
            ()
            if templated
            else tuple(
                SyntaxProblem(source.location(problem.start, problem.end), problem.message)
                for problem in module.problems
            )
        )
        super().__init__(source, problems, templated=templated)
        self.body: list[Node] = module.body
        self._comments = module.comments
        # Of a long file they take more than its text.
        self._lexemes = module.lexemes if len(source.text) <= _SHORT else None
        # What is the same for every process, by the file's path on the server where it asks for that.
        self._settled: dict[str | None, Outcome] = {}

    def walk(self) -> Iterator[tuple[Node | Clause, Chain]]:
        return walk(self.body)

    def comments(self) -> Iterator[Span]:
        return (Span(token.start, token.end) for token in self._comments)

    def statement(self, offset: int) -> Span:
        line = super().statement(offset)
        index = bisect_left(self._starts, line.start, key=lambda span: span.start)
        if index == len(self._starts):
            return line
        span, written = self._starts[index], self.source.text[line.start : line.end].lstrip()
        if written.startswith("@"):  # a decorator is no node, and what it is written on begins below it
            return Span(line.start, span.end)
        inside_a_function = span.start > line.end and written and not written.startswith("#")
        return line if inside_a_function else span

    @cached_property
    def _starts(self) -> list[Span]:
        return sorted(Span(node.start, node.end) for node, _ in self.walk())

    @cached_property
    def outcome(self) -> "Outcome":
        """All names of the file after it has run, when nothing is known of the environment."""
        return self.run()

    def run(self, environment: Environment | None = None, file: str | None = None) -> "Outcome":
        """All names after the file has run in an environment. `file` is its path on the server."""
        from deploylint.formats.gunicorn.execution import run  # noqa: PLC0415  most files are run for a process only

        place = file if "__file__" in self.used else None
        outcome = self._settled.get(place)
        if outcome is None:
            outcome = run(self.body, self.source.text, self._watched, environment, file)
            if not outcome.depends:
                self._settled[place] = outcome
        return outcome

    @cached_property
    def _watched(self) -> frozenset[str]:
        from deploylint.formats.gunicorn.names import watched  # noqa: PLC0415  as above

        return watched(self.body, self.used)

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that are read somewhere in the file, in functions too."""
        return frozenset(self._reads)

    def reads(self, name: str, start: int, end: int) -> bool:
        """Whether a name is read between two offsets."""
        offsets = self._reads.get(name, [])
        index = bisect_left(offsets, start)
        return index < len(offsets) and offsets[index] < end

    @cached_property
    def _reads(self) -> dict[str, list[int]]:
        """Where names are read: not where they are bound, nor as attributes or names of arguments."""
        from deploylint.formats.python.parser import PARSER  # noqa: PLC0415  as in the beginning

        text = self.source.text
        lexemes = PARSER.lexemes(text, []) if self._lexemes is None else self._lexemes
        found: dict[str, list[int]] = {}
        bound = self._bound()
        next_bound = next(bound, -1)
        depth = before = 0
        for (number, start, end), (following, *_) in pairwise(chain(lexemes, [_END])):
            if number in _OPENING:
                depth += 1
            elif number in _CLOSING:
                depth -= 1
            elif number == NAME and start == next_bound:
                next_bound = next(bound, -1)
            elif number == NAME and before != _DOT:
                if not (depth and following == EQUAL):
                    found.setdefault(text[start:end], []).append(start)
            elif number == _FORMAT_STRING:
                for word in _WORD.findall(text[start:end]):
                    found.setdefault(word, []).append(start)
            before = number
        return found

    def _bound(self) -> Iterator[int]:
        """Where names are bound, in the order of the text."""
        for node, _ in self.walk():
            if isinstance(node, (FunctionDefinition, ClassDefinition)) or (
                isinstance(node, Assignment) and node.operator == "="
            ):
                yield node.name_start
            elif isinstance(node, Import):
                yield from (one.start for one in node.imported)
