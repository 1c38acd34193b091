"""Names of a configuration file with the ways in which each may have got its value."""

from deploylint.dataclass import dataclass, field
from deploylint.formats.gunicorn.failures import Failure
from deploylint.formats.gunicorn.values import Evaluated, union, unknown
from deploylint.formats.python.nodes import (
    Assignment,
    ClassDefinition,
    Clause,
    ExpressionStatement,
    FunctionDefinition,
    Import,
    Mutation,
    Opaque,
)
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.gunicorn.names import Names

_MOST_BINDINGS = 12

Binder = (
    Assignment
    | FunctionDefinition
    | ClassDefinition
    | Import
    | Clause
    | Mutation
    | Opaque
    | ExpressionStatement
)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One way in which a name gets its value: the statement and the value. Neither where it stays unset.

    `order` counts the bindings of the file.
    """

    node: Binder | None
    value: Evaluated | None
    order: int = 0


UNSET = Binding(None, None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The names of the file with their bindings.

    `closed` tells that no other name can have been bound; false after `from x import *` and the like.
    `failure` is where the file certainly fails. `depends`: the environment has a say.
    """

    names: "Names"
    closed: bool
    failure: Failure | None = None
    depends: bool = True

    def value(self, name: str) -> Evaluated | None:
        """The value of a name; None where it is certainly unset. May be incomplete where it may be unset."""
        bindings = self.names.get(name)
        if bindings is None:
            return None if self.closed else unknown("it may come from elsewhere")
        return value_of(bindings)


def value_of(bindings: tuple[Binding, ...]) -> Evaluated | None:
    values = [binding.value for binding in bindings if binding.value is not None]
    return union(values) if values else None


@dataclass(slots=True)
class Scope:
    """Names bound in one branch, over those of what is around it. `certain`: Python comes here in any case."""

    around: "Scope | None" = None
    names: dict[str, tuple[Binding, ...]] = field(default_factory=dict)
    certain: bool = False

    def get(self, name: str) -> tuple[Binding, ...]:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        return (UNSET,)


def capped(bindings: tuple[Binding, ...]) -> tuple[Binding, ...]:
    """The bindings, so many at most; what is left out is unknown."""
    if len(bindings) <= _MOST_BINDINGS:
        return bindings
    return (*bindings[: _MOST_BINDINGS - 1], Binding(bindings[-1].node, unknown("too many possible values")))
