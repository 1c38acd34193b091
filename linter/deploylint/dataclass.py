"""`dataclass`, `field` and `replace` as in the standard library, for a program that is started for every commit.

The standard module takes longer to import than Python takes to start, and writes and compiles six
functions for each class: for the classes of one run that is half of its time. Here a class costs next
to nothing: `__init__` is compiled when there are many instances, the other methods are shared. Type
checkers see the standard library's names, `dataclasses.fields`, `replace` and `asdict` accept the
classes, and a test compares both. What is not used here (`kw_only`, `InitVar`, `unsafe_hash`,
`match_args`, `weakref_slot`) is not there.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

_MISSING: Any = object()
_FACTORY: Any = object()
_FIELDS = "__lean_fields__"
# Compiling `__init__` takes as long as making this many instances without.
_FEW = 10


class _Field:
    """One field: its annotation, and what `field()` was told about it."""

    __slots__ = ("compare", "default", "factory", "init", "kind", "repr")

    def __init__(self, default: Any, factory: Any, *, init: bool, repr: bool, compare: bool) -> None:  # noqa: A002
        self.kind: Any = None
        self.default = default
        self.factory = factory
        self.init = init
        self.repr = repr
        self.compare = compare


def _field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    init: bool = True,
    repr: bool = True,  # noqa: A002
    compare: bool = True,
) -> _Field:
    return _Field(default, default_factory, init=init, repr=repr, compare=compare)


def _dataclass(
    cls: type | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    order: bool = False,
) -> Any:
    def decorate(cls: type) -> type:
        return _make(cls, frozen=frozen, slots=slots, eq=eq, order=order)

    return decorate if cls is None else decorate(cls)


def _make(cls: type, *, frozen: bool, slots: bool, eq: bool, order: bool) -> type:
    own = _own_fields(cls)
    fields: dict[str, _Field] = {}
    for base in cls.__mro__[:0:-1]:
        fields.update(base.__dict__.get(_FIELDS, ()))
    fields |= own
    namespace = {name: value for name, value in cls.__dict__.items() if name not in own or not slots}
    namespace[_FIELDS] = fields
    namespace["__dataclass_fields__"] = _StandardFields()
    namespace.setdefault("__match_args__", tuple(name for name, item in fields.items() if item.init))
    _add_comparison(namespace, fields, frozen=frozen, eq=eq, order=order)
    namespace.setdefault("__repr__", _repr)
    if frozen:
        namespace.update(__setattr__=_refuse, __delattr__=_refuse)
    if slots:
        inherited = {name for base in cls.__mro__[1:] for name in base.__dict__.get(_FIELDS, ())}
        namespace["__slots__"] = tuple(name for name in own if name not in inherited)
        namespace.setdefault("__getstate__", _getstate)
        namespace.setdefault("__setstate__", _setstate)
        namespace.pop("__dict__", None)
        namespace.pop("__weakref__", None)
        made = type(cls)(cls.__name__, cls.__bases__, namespace)
        made.__qualname__ = cls.__qualname__
    else:
        made = cls
        for name, value in namespace.items():
            if name not in ("__dict__", "__weakref__"):
                setattr(made, name, value.default if isinstance(value, _Field) else value)
    if "__init__" not in made.__dict__:
        _compile_later(made, fields, frozen=frozen)
    return made


def _own_fields(cls: type) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    for name, kind in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063  inspect is dear
        if kind is ClassVar or getattr(kind, "__origin__", None) is ClassVar:
            continue
        default = cls.__dict__.get(name, _MISSING)
        item = default if isinstance(default, _Field) else _field(default=default)
        item.kind = kind
        found[name] = item
    return found


def _add_comparison(
    namespace: dict[str, Any], fields: dict[str, _Field], *, frozen: bool, eq: bool, order: bool
) -> None:
    if not eq:
        return
    names = [name for name, item in fields.items() if item.compare]
    key: Callable[[Any], Any] = attrgetter(*names) if names else lambda _self: ()

    def compare(answer: str) -> Callable[[Any, Any], Any]:
        def method(self: Any, other: Any) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return getattr(as_tuple(self), answer)(as_tuple(other))

        return method

    def as_tuple(self: Any) -> tuple[Any, ...]:
        return key(self) if len(names) != 1 else (key(self),)

    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(as_tuple(self))

    if "__hash__" not in namespace or (namespace["__hash__"] is None and "__eq__" in namespace):
        namespace["__hash__"] = __hash__ if frozen else None
    namespace.setdefault("__eq__", __eq__)
    if order:
        for answer in ("__lt__", "__le__", "__gt__", "__ge__"):
            namespace[answer] = compare(answer)


def _compile_later(cls: Any, fields: dict[str, _Field], *, frozen: bool) -> None:
    """Give the class an `__init__` that puts the compiled one in its place once there are many instances."""
    names = [name for name, item in fields.items() if item.init]
    few = _FEW

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: N807
        nonlocal few
        few -= 1
        if few < 0 or not _filled(self, fields, names, values, named):
            cls.__init__ = compiled = _compiled(cls, fields, frozen=frozen)
            compiled(self, *values, **named)
        elif hasattr(cls, "__post_init__"):
            self.__post_init__()

    cls.__init__ = __init__


def _filled(
    instance: object,
    fields: dict[str, _Field],
    names: list[str],
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> bool:
    """Whether the arguments are right, and then every field has its value. What is wrong, the compiled code tells."""
    if len(values) > len(names) or not named.keys().isdisjoint(names[: len(values)]):
        return False
    given = dict(zip(names, values, strict=False)) | named
    for name, item in fields.items():
        if item.init and name in given:
            value = given.pop(name)
        elif item.factory is not _MISSING:
            value = item.factory()
        elif item.default is not _MISSING:
            value = item.default
        elif item.init:
            return False
        else:
            continue
        object.__setattr__(instance, name, value)
    return not given


def _compiled(cls: type, fields: dict[str, _Field], *, frozen: bool) -> Callable[..., None]:
    """The initialiser as straight code: a call of it costs what a hand-written one does."""
    names: dict[str, Any] = {"_set": object.__setattr__, "_factory": _FACTORY}
    parameters, lines = ["self"], []
    for name, item in fields.items():
        value = name
        if item.factory is not _MISSING:
            names[f"_make_{name}"] = item.factory
            value = f"_make_{name}() if {name} is _factory else {name}" if item.init else f"_make_{name}()"
            default = "=_factory"
        elif item.default is not _MISSING:
            names[f"_default_{name}"] = item.default
            value = name if item.init else f"_default_{name}"
            default = f"=_default_{name}"
        elif item.init:
            default = ""
        else:
            continue
        if item.init:
            parameters.append(name + default)
        lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"]), names)  # noqa: S102  field names
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, item in getattr(self, _FIELDS).items() if item.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: Any, name: str, *_value: Any) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__qualname__}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in getattr(self, _FIELDS)]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(getattr(self, _FIELDS), state, strict=True):
        object.__setattr__(self, name, value)


def _replace(instance: Any, /, **changes: Any) -> Any:
    values = {name: getattr(instance, name) for name, item in getattr(instance, _FIELDS).items() if item.init}
    return type(instance)(**(values | changes))


class _StandardFields:
    """`__dataclass_fields__`, made by the standard library when its functions ask for it."""

    def __get__(self, instance: object, owner: type) -> Any:
        from dataclasses import MISSING, field, make_dataclass  # noqa: PLC0415

        def standard(item: _Field) -> Any:
            options: dict[str, Any] = {"init": item.init, "repr": item.repr, "compare": item.compare}
            if item.factory is not _MISSING:
                return field(default_factory=item.factory, **options)
            return field(default=MISSING if item.default is _MISSING else item.default, **options)

        fields = [(name, item.kind, standard(item)) for name, item in getattr(owner, _FIELDS).items()]
        made: Any = make_dataclass(owner.__name__, fields)
        return made.__dataclass_fields__


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace

__all__ = ["dataclass", "field", "replace"]
