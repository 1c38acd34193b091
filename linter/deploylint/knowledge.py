"""What the files tell of a value, also of a variable: that it holds, or that nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.dataclass import dataclass, field
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING, Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A value that holds. `why` explains it where no line says it: `nginx default`, `WEB_CONCURRENCY`.

    `default` marks a documented default that nobody wrote down; then `at` is the place that would hold it, or None.
    `unless` names what outside of the project may overrule it: likely enough for a warning, not for an error.
    """

    value: T_co
    at: Location | None = None
    why: str = ""
    default: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the files do not tell: a template, a variable without default, code."""

    reason: str
    at: Location | None = None


if TYPE_CHECKING:
    Value = Known[T] | Unknown
else:
    Value = Generic  # an annotation's name that takes a parameter


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables a process gets from the files. `complete` is False when others may come from elsewhere.

    `outside` is the path of a file with variables that is named and not in the project, empty where there is none.
    """

    variables: Mapping[str, Value[str]] = field(default_factory=dict)
    complete: bool = True
    outside: str = ""

    def get(self, name: str) -> Value[str] | None:
        """The variable's value; None only when it is certainly not set."""
        if (found := self.variables.get(name)) is not None:
            return found
        return None if self.complete else Unknown(f"{name} may be set elsewhere")
