"""What the evaluator knows of a value: the values it may have, and whether there may be others."""

from collections.abc import Callable, Iterable

from deploylint.dataclass import dataclass
from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploylint.formats.python.expressions import Lambda
    from deploylint.formats.python.nodes import ClassDefinition, FunctionDefinition

_MOST_ALTERNATIVES = 32
_MOST_ITEMS = 2000
_LONGEST = 100_000
_WIDEST = 1 << 256


@dataclass(frozen=True, slots=True)
class Reference:
    """A module, or something in it: `os`, `os.environ.get`, `builtins.int`."""

    dotted: str


_FUNCTIONS = frozenset({"os.environ.get", "os.getenv", "os.cpu_count", "multiprocessing.cpu_count"})


def is_function(value: Any) -> bool:
    """Whether a value is a function or type of Python's own, which is neither a number nor a text."""
    return isinstance(value, Reference) and (
        value.dotted.startswith("builtins.") or value.dotted in _FUNCTIONS
    )


@dataclass(frozen=True, slots=True)
class Defined:
    """A function or class that the file defines."""

    node: "FunctionDefinition | ClassDefinition | Lambda"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The values an expression may have, as Python objects.

    `complete` tells that there are no others; else `reason` says what else decides. `variables` are
    the environment variables that the value depends on. Lists and dictionaries in it must not be changed.
    """

    alternatives: tuple[Any, ...] = ()
    complete: bool = True
    reason: str = ""
    variables: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether there is exactly one possible value."""
        return self.complete and len(self.alternatives) == 1

    @property
    def value(self) -> Any:
        """The only value; meaningful when `known`."""
        return self.alternatives[0]


def known(value: Any) -> Evaluated:
    """Exactly this value, unless it is too large to keep."""
    return Evaluated((value,)) if is_small(value) else unknown("the value is very large")


def unknown(reason: str, variables: frozenset[str] = frozenset()) -> Evaluated:
    """Any value."""
    return Evaluated((), complete=False, reason=reason, variables=variables)


class CannotTellError(Exception):
    """Raised by an operation whose result this evaluator does not compute; the text says why."""


RAISES = "it raises "


def raising(kind: type[Exception]) -> Evaluated:
    """What is never there, since evaluating it raises an exception of this kind whatever its operands are."""
    return unknown(f"{RAISES}{kind.__name__}")


def raises(evaluated: Evaluated) -> bool:
    """Whether an exception takes the place of the value in any case."""
    return (
        not evaluated.complete
        and not evaluated.alternatives
        and not evaluated.variables
        and evaluated.reason.startswith(RAISES)
    )


def combine(operation: Callable[..., Any], *operands: Evaluated) -> Evaluated:
    """Apply an operation to every combination of alternatives.

    Combinations that raise, or whose result cannot be told, make the outcome incomplete. An operand that
    raises is the outcome.
    """
    broken = next((operand for operand in operands if raises(operand)), None)
    if broken is not None:
        return broken
    reason = next((operand.reason for operand in operands if not operand.complete), "")
    variables = frozenset[str]().union(*(operand.variables for operand in operands))
    rows: list[tuple[Any, ...]] = [()]
    for operand in operands:
        rows = [(*row, value) for row in rows for value in operand.alternatives]
        if len(rows) > _MOST_ALTERNATIVES:
            return unknown("too many possible values", variables)
    found = []
    for row in rows:
        try:
            value = operation(*row)
        except CannotTellError as error:
            reason = reason or str(error)
        except Exception as error:  # noqa: BLE001  the configuration's own fault, in any of its forms
            reason = reason or f"{RAISES}{type(error).__name__}"
        else:
            if is_small(value):
                found.append(value)
            else:
                reason = reason or "the value is very large"
    return Evaluated(distinct(found), complete=not reason, reason=reason, variables=variables)


def union(evaluations: Iterable[Evaluated]) -> Evaluated:
    """Any of these values."""
    every = list(evaluations)
    reason = next((one.reason for one in every if not one.complete), "")
    variables = frozenset[str]().union(*(one.variables for one in every))
    values = distinct([value for one in every for value in one.alternatives])
    if len(values) > _MOST_ALTERNATIVES:
        return unknown("too many possible values", variables)
    return Evaluated(values, complete=not reason, reason=reason, variables=variables)


def distinct(values: list[Any]) -> tuple[Any, ...]:
    """The values without repetition; 1, 1.0 and True are different."""
    found: list[Any] = []
    for value in values:
        if not any(type(value) is type(other) and value == other for other in found):
            found.append(value)
    return tuple(found)


def is_small(value: Any) -> bool:
    """Whether a value can be kept, compared and printed at little cost."""
    if isinstance(value, (str, bytes)):
        return len(value) <= _LONGEST
    if isinstance(value, int):
        return -_WIDEST < value < _WIDEST
    if not isinstance(value, (list, tuple, set, frozenset, dict)):
        return True
    count = 0
    stack = [value]
    while stack:
        item = stack.pop()
        count += len(item) + 1
        if count > _MOST_ITEMS:
            return False
        inner = [*item.keys(), *item.values()] if isinstance(item, dict) else item
        stack += [one for one in inner if isinstance(one, (list, tuple, set, frozenset, dict))]
    return True
