"""The names that a configuration file leaves behind: literals that nobody reads are looked at when somebody asks.

A file has few settings, and may have any number of other names.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from deploylint.dataclass import dataclass
from deploylint.formats.gunicorn.bindings import Binding
from deploylint.formats.gunicorn.clauses import statements
from deploylint.formats.gunicorn.evaluator import Evaluator
from deploylint.formats.gunicorn.values import unknown
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Clause,
    FunctionDefinition,
    Import,
    Node,
    Opaque,
    walk,
)
from deploylint.typed import Any
from deploylint.vocabulary import gunicorn

Bindings = tuple[Binding, ...]

_SETTINGS = frozenset(gunicorn.settings())


def watched(body: list[Node], used: frozenset[str]) -> frozenset[str]:
    """The names that running the file has to keep: settings, what is read, and what is bound by more than literals."""
    found: set[str] = set()
    for group in statements(body):
        if len(group) > 1 or not (isinstance(group[0], Assignment) and group[0].is_literal):
            for node, _ in walk(group):
                found.update(_bound(node))
    return _SETTINGS.union(used, found)


def _bound(node: Node | Clause) -> tuple[str, ...]:
    match node:
        case Assignment() | FunctionDefinition() | ClassDefinition():
            return (node.name,)
        case Import():
            return tuple(one.name for one in node.imported)
        case Clause():
            return node.bound
        case Opaque():
            return tuple(node.names)
        case _:
            return ()


@dataclass(slots=True)
class Unwatched:
    """The assignments of a file to names that nobody watches, as far as the file has run.

    `reached` and `forgotten` are where the last one stands that ran, and where the last statement stands that may have
    replaced all that is above it: `reason` says how.
    """

    body: list[Node]
    watched: frozenset[str]
    reached: int = -1
    forgotten: int = -1
    reason: str = ""

    def last(self) -> dict[str, Assignment]:
        """By name, the later ones in the place of the earlier ones."""
        return {
            node.name: node
            for node in self.body
            if isinstance(node, Assignment) and node.start <= self.reached and node.name not in self.watched
        }

    def bindings(self, node: Assignment) -> Bindings:
        """What such a name is bound to."""
        evaluator = Evaluator(lambda _name: None, None, None)
        binding = Binding(node, evaluator.evaluate(node.value, node.source.text))
        return (binding, Binding(node, unknown(self.reason))) if node.start < self.forgotten else (binding,)


class Names(Mapping[str, Bindings]):
    """All names with their bindings: those that were watched, and the others."""

    def __init__(self, kept: Mapping[str, Bindings], unwatched: Unwatched) -> None:
        self._kept = kept
        self._unwatched = unwatched

    @cached_property
    def _others(self) -> dict[str, Assignment]:
        return self._unwatched.last()

    def __getitem__(self, name: str) -> Bindings:
        found: Bindings | None = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """Rules ask for a dozen settings, of which a file mostly has none."""
        found = self._kept.get(name)
        if found is not None:
            return found
        other = None if name in self._unwatched.watched else self._others.get(name)
        return default if other is None else self._unwatched.bindings(other)

    @property
    def settings(self) -> Iterator[tuple[str, Bindings]]:
        """Those that are settings of gunicorn, which are all watched."""
        return ((name, bindings) for name, bindings in self._kept.items() if name in _SETTINGS)

    def __iter__(self) -> Iterator[str]:
        yield from self._kept
        yield from self._others

    def __len__(self) -> int:
        return len(self._kept) + len(self._others)
