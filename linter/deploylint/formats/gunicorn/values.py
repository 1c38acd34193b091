"""What the evaluator knows of a value: the values it may have, and whether there may be others."""

import sys
from collections.abc import Callable, Iterable
from itertools import product

from deploylint.dataclass import dataclass
from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploylint.formats.python.expressions import Lambda
    from deploylint.formats.python.nodes import ClassDefinition, FunctionDefinition

_MOST_ALTERNATIVES = 32
_MOST_ITEMS = 2000
_LONGEST = 100_000
_WIDEST = 1 << 256
_MOST_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Reference:
    """A module, or something in it: `os`, `os.environ.get`, `builtins.int`."""

    dotted: str


_FUNCTIONS = frozenset({"os.environ.get", "os.getenv", "os.cpu_count", "multiprocessing.cpu_count"})


def is_code(value: Any) -> bool:
    """Whether a value is a function, type or module of Python's own, which is neither a number nor a text."""
    return isinstance(value, Reference) and (
        value.dotted.startswith("builtins.")
        or value.dotted in _FUNCTIONS
        or value.dotted in sys.stdlib_module_names
    )


class PathObject:
    """A path of pathlib, with the operators that it has: nothing of a run loads pathlib itself."""

    __slots__ = ()

    def __truediv__(self, other: Any) -> "PathObject":
        return self if isinstance(other, (str, PathObject)) else NotImplemented

    __rtruediv__ = __truediv__

    def __lt__(self, other: Any) -> bool:
        return True if isinstance(other, PathObject) else NotImplemented

    __le__ = __gt__ = __ge__ = __lt__

    def __fspath__(self) -> str:
        return "/srv"


@dataclass(frozen=True, slots=True)
class Defined:
    """A function or class that the file defines."""

    node: "FunctionDefinition | ClassDefinition | Lambda"


def holds_code(value: Any) -> bool:
    """Whether there is something of which nobody knows what it is: a function, a class, or what a module holds."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, (Reference, Defined)):
            return True
        if isinstance(item, dict):
            stack += [*item.keys(), *item.values()]
        elif isinstance(item, (list, tuple, set, frozenset)):
            stack += item
    return False


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The values an expression may have, as Python objects.

    `complete` tells that there are no others; else `reason` says what else decides, and `kinds` are the types of
    the others, none where nobody knows. `variables` are the environment variables that the value depends on. Lists
    and dictionaries in it must not be changed.
    """

    alternatives: tuple[Any, ...] = ()
    complete: bool = True
    reason: str = ""
    variables: frozenset[str] = frozenset()
    kinds: frozenset[type] = frozenset()

    @property
    def known(self) -> bool:
        """Whether there is exactly one possible value."""
        return self.complete and len(self.alternatives) == 1

    @property
    def value(self) -> Any:
        """The only value; meaningful when `known`."""
        return self.alternatives[0]


# For each type that is kept in `kinds` values that stand for all others in the type of what is made of them.
SAMPLES: dict[type, tuple[Any, ...]] = {
    str: ("", "0", "a b"),
    int: (-1, 0, 1, 2, 36),
    bool: (False, True),
    float: (0.0, 1.5),
    type(None): (None,),
    PathObject: (PathObject(),),
}
PATH: frozenset[type] = frozenset({PathObject})
TEXT = frozenset({str})
NUMBER = frozenset({int})


def types_of(evaluated: Evaluated) -> frozenset[type]:
    """All types that a value may have, none where nobody knows: what a module holds may be of any type."""
    is_open = not evaluated.complete and not evaluated.kinds
    if is_open or any(isinstance(value, (Reference, Defined)) for value in evaluated.alternatives):
        return frozenset()
    others = frozenset[type]() if evaluated.complete else evaluated.kinds
    return others.union(type(value) for value in evaluated.alternatives)


def sampled(types: frozenset[type]) -> frozenset[type]:
    """These types as `kinds`: none where one of them is not kept there."""
    return types if SAMPLES.keys() >= types else frozenset()


def of_kinds(evaluated: Evaluated, kinds: frozenset[type]) -> Evaluated:
    """The same where it is known or raises; else what is known of it, and that the others are of these types."""
    if evaluated.complete or evaluated.kinds or raises(evaluated):
        return evaluated
    return Evaluated(evaluated.alternatives, False, evaluated.reason, evaluated.variables, kinds)


def known(value: Any) -> Evaluated:
    """Exactly this value, unless it is too large to keep."""
    return Evaluated((value,)) if is_small(value) else unknown("the value is very large")


def unknown(
    reason: str, variables: frozenset[str] = frozenset(), kinds: frozenset[type] = frozenset()
) -> Evaluated:
    """Any value, or any of these types."""
    return Evaluated((), complete=False, reason=reason, variables=variables, kinds=kinds)


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


def combine(operation: Callable[..., Any], *operands: Evaluated, by_type: bool = True) -> Evaluated:
    """Apply an operation to every combination of alternatives.

    Combinations that raise, or whose result cannot be told, make the outcome incomplete. An operand that
    raises is the outcome. `by_type`: the type of the result follows from the types of the operands.
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
    kinds = frozenset[type]()
    if not all(operand.complete for operand in operands):
        always_raised, kinds = _by_samples(operation, operands)
        if always_raised is not None:
            return raising(always_raised)
    return Evaluated(distinct(found), not reason, reason, variables, kinds if by_type else frozenset())


def _by_samples(
    operation: Callable[..., Any], operands: tuple[Evaluated, ...]
) -> tuple[type[Exception] | None, frozenset[type]]:
    """What an operation raises for values of these types in any case, or the types of its results."""
    choices = []
    for operand in operands:
        if not operand.complete and not operand.kinds:
            return None, frozenset()
        others = () if operand.complete else [one for kind in operand.kinds for one in SAMPLES[kind]]
        choices.append((*operand.alternatives, *others))
    rows = 1
    for choice in choices:
        rows *= max(1, len(choice))
        if rows > _MOST_SAMPLES:
            return None, frozenset()
    raised: set[type[Exception]] = set()
    results: set[type] = set()
    for row in product(*choices):
        try:
            results.add(type(operation(*row)))
        except CannotTellError:
            return None, frozenset()
        except Exception as error:  # noqa: BLE001  as above
            raised.add(type(error))
    if not results and len(raised) == 1 and raised <= _OF_TYPES:
        return raised.pop(), frozenset()
    return None, sampled(frozenset(results))


# What depends on the type of an operand alone.
_OF_TYPES = frozenset({TypeError, AttributeError})


def union(evaluations: Iterable[Evaluated]) -> Evaluated:
    """Any of these values."""
    every = list(evaluations)
    reason = next((one.reason for one in every if not one.complete), "")
    variables = frozenset[str]().union(*(one.variables for one in every))
    values = distinct([value for one in every for value in one.alternatives])
    if len(values) > _MOST_ALTERNATIVES:
        return unknown("too many possible values", variables)
    kinds = frozenset[type]()
    if all(one.complete or one.kinds for one in every):
        kinds = kinds.union(*(one.kinds for one in every))
    return Evaluated(values, not reason, reason, variables, kinds)


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
