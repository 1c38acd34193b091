"""Small classes of named fields: what `dataclasses` does for them, at a fraction of its start-up cost.

A run on one small file takes part in some 150 such classes and makes instances of a third of them.
`dataclass(frozen=True, slots=True)` writes and compiles six methods for each class when it is
imported, which takes longer than everything else in such a run together. `record` compiles one,
`__init__`, when the first instance is made. `benchmarks/cold_start.py` shows what that is worth.

    @record
    class Span:
        start: int
        end: int = 0

Records are frozen and slotted, compare and hash by their fields (`eq=False`: by identity), and can
be matched by position. `mutable_record` leaves the fields assignable. Fields are inherited by
nobody: a record has no record as its base.
"""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")
C = TypeVar("C", bound=type[Any])


class _Factory:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """A field whose default is made for each instance."""
    return _Factory(default_factory)  # type: ignore[return-value]


@overload
def record(cls: C, /) -> C: ...
@overload
def record(*, eq: bool = ...) -> Callable[[C], C]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: Any = None, /, *, eq: bool = True) -> Any:
    """Make a frozen, slotted record of an annotated class."""
    return _make(cls, frozen=True, eq=eq) if cls else lambda found: _make(found, frozen=True, eq=eq)


@dataclass_transform(field_specifiers=(field,))
def mutable_record(cls: C, /) -> C:
    """Make a slotted record whose fields may be assigned; it compares by its fields and has no hash."""
    made: Any = _make(cls, frozen=False, eq=True)
    return made  # type: ignore[no-any-return]


def replace(instance: T, /, **changes: Any) -> T:
    """A copy of a record with other values in some fields."""
    values = {name: getattr(instance, name) for name in fields(type(instance))}
    return type(instance)(**{**values, **changes})


def fields(cls: type[Any]) -> tuple[str, ...]:
    """The names of a record's fields, in order."""
    names: tuple[str, ...] = cls.__match_args__
    return names


def _make(cls: Any, *, frozen: bool, eq: bool) -> Any:
    annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  inspect costs a third of a run
    names = tuple(name for name, kind in annotations.items() if "ClassVar" not in str(kind))
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    body = {
        name: value for name, value in cls.__dict__.items() if name not in (*names, "__dict__", "__weakref__")
    }
    body["__slots__"] = (*names, *body.pop("__slots__", ()))
    body["__match_args__"] = names
    body["__init__"] = _first_init(names, defaults, frozen=frozen)
    body.setdefault("__repr__", _repr)
    if eq:
        body.setdefault("__eq__", _eq)
        body.setdefault("__hash__", _hash if frozen else None)
    if frozen:
        body.setdefault("__setattr__", _refuse)
        body.setdefault("__delattr__", _refuse)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    _rebind_class_cell(body, cls, made)
    return made


def _rebind_class_cell(body: dict[str, Any], old: type[Any], new: type[Any]) -> None:
    """Methods that say `super()` or `__class__` hold the class in a cell; the class was made anew for its slots."""
    for value in body.values():
        function = getattr(value, "fget", None) or getattr(value, "__func__", value)
        for cell in getattr(function, "__closure__", None) or ():
            if cell.cell_contents is old:
                cell.cell_contents = new


def _first_init(names: tuple[str, ...], defaults: dict[str, Any], *, frozen: bool) -> Callable[..., None]:
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        cls = type(self)
        init = _compile_init(cls, names, defaults, frozen=frozen)
        cls.__init__ = init
        init(self, *arguments, **named)

    return __init__


def _compile_init(
    cls: type[Any], names: tuple[str, ...], defaults: dict[str, Any], *, frozen: bool
) -> Callable[..., None]:
    scope: dict[str, Any] = {f"_default_{name}": value for name, value in defaults.items()}
    parameters = ", ".join(f"{name}=_default_{name}" if name in defaults else name for name in names)
    lines = [f"def __init__(self, {parameters}):"]
    for name in names:
        value = name
        if isinstance(defaults.get(name), _Factory):
            value = f"_default_{name}.make() if {name} is _default_{name} else {name}"
        if frozen:
            # The slot's own descriptor assigns past the refusing `__setattr__`.
            scope[f"_set_{name}"] = cls.__dict__[name].__set__
            lines.append(f"    _set_{name}(self, {value})")
        else:
            lines.append(f"    self.{name} = {value}")
    exec("\n".join(lines) if names else "def __init__(self): pass", scope)  # noqa: S102  names of our own classes
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _refuse(self: Any, name: str, value: object = None) -> NoReturn:  # noqa: ARG001
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _values(instance: Any) -> tuple[Any, ...]:
    return tuple(getattr(instance, name) for name in instance.__match_args__)


def _eq(self: Any, other: object) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented  # type: ignore[no-any-return]
    return bool(_values(self) == _values(other))


def _hash(self: Any) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({inside})"
