"""`dataclass`, `field` and `replace` as in the standard library, for a program that is started for every commit.

The standard module takes longer to import than Python takes to start, and writes and compiles six
functions for each class: for the classes of one run that is half of its time. Here a class costs next
to nothing: `__init__` is compiled when there are many instances, the other methods are shared. Type
checkers see the standard library's names, `dataclasses.fields`, `replace` and `asdict` accept the
classes, and a test compares both. What is not used here (`kw_only`, `InitVar`, `unsafe_hash`,
`match_args`, `weakref_slot`) is not there.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import FunctionType

from deploylint.typed import TYPE_CHECKING, Any, ClassVar, NoReturn

_MISSING: Any = object()
_FACTORY: Any = object()
_SHAPE = "__shape__"
TEMPLATE = "__initialiser__"
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
    if slots:
        body = {
            name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")
        }
        body["__qualname__"] = cls.__qualname__
        return slotted(cls.__name__, cls.__bases__, body, frozen=frozen, eq=eq, order=order, refuses=frozen)
    shape = _Shape(dict(cls.__dict__), frozen=frozen, refuses=frozen)
    shape.owner = cls
    for name in shape.kinds:
        if isinstance(value := shape.body.get(name), _Field):
            setattr(cls, name, value.default)
    namespace: dict[str, Any] = {}
    _add_methods(namespace, cls.__dict__, shape, eq=eq, order=order)
    for name, value in namespace.items():
        setattr(cls, name, value)
    return cls


def slotted(
    name: str,
    bases: tuple[type, ...],
    body: dict[str, Any],
    *,
    frozen: bool = False,
    eq: bool = True,
    order: bool = False,
    refuses: bool = False,
) -> type:
    """What `@dataclass(slots=True)` makes of a class, without that class: Python makes each one at some cost.

    As a metaclass, it makes a class statement a dataclass. There the body may hold an `initialiser` under the name of TEMPLATE,
    and no frozen class `refuses` assignments: that is for those who write code, and took an eighth of the model's time.
    """
    shape = _Shape(body, frozen=frozen, refuses=refuses)
    namespace = dict(body)
    namespace.pop(TEMPLATE, None)
    slots = list(shape.kinds)
    for field in slots:
        namespace.pop(field, None)
    if bases:
        shapes = [one.__dict__[_SHAPE] for base in bases for one in base.__mro__ if _SHAPE in one.__dict__]
        inherited = {field for one in shapes for field in one.kinds}
        shape.refuses = refuses or any(one.refuses for one in shapes)
        slots = [field for field in slots if field not in inherited]
    namespace["__slots__"] = tuple(slots)
    _add_methods(namespace, body, shape, eq=eq, order=order)
    namespace.setdefault("__getstate__", _getstate)
    namespace.setdefault("__setstate__", _setstate)
    shape.owner = type(name, bases, namespace)
    return shape.owner


def _add_methods(
    namespace: dict[str, Any], body: Mapping[str, Any], shape: "_Shape", *, eq: bool, order: bool
) -> None:
    """Put into a namespace what a class gets besides its body."""
    namespace[_SHAPE] = shape
    namespace["__dataclass_fields__"] = _STANDARD_FIELDS
    if "__match_args__" not in body:
        namespace["__match_args__"] = _MATCH_ARGS
    if "__repr__" not in body:
        namespace["__repr__"] = _repr
    if "__init__" not in body:
        namespace["__init__"] = _compiled_later(shape)
    if eq:
        _add_comparison(namespace, body, shape, order=order)
    if shape.refuses:
        namespace["__setattr__"] = namespace["__delattr__"] = refuse


class _Shape:
    """What a class says of its fields. Most classes of a run have few instances or none, so it is gone through when needed.

    `owner` is the class, once it is made; `template` a function with the code of its `__init__`, if it is known.
    """

    owner: type = object
    _fields: dict[str, _Field] | None = None

    def __init__(self, body: Mapping[str, Any], *, frozen: bool, refuses: bool) -> None:
        self.body = body
        self.frozen = frozen
        self.refuses = refuses
        self.kinds = {
            name: kind
            for name, kind in body.get("__annotations__", {}).items()
            if (not kind.startswith("ClassVar") if kind.__class__ is str else not _is_class_variable(kind))
        }

    @property
    def template(self) -> Any:
        return self.body.get(TEMPLATE)

    @property
    def fields(self) -> dict[str, _Field]:
        """Every field by its name, those of the base classes first."""
        if self._fields is None:
            self._fields = {}
            for base in self.owner.__mro__[:0:-1]:
                if _SHAPE in base.__dict__:
                    self._fields.update(base.__dict__[_SHAPE].fields)
            self._fields.update((name, self._own(name)) for name in self.kinds)
        return self._fields

    def _own(self, name: str) -> _Field:
        default = self.body.get(name, _MISSING)
        item = default if isinstance(default, _Field) else _field(default=default)
        item.kind = self.kinds[name]
        return item

    # What of an instance is compared: the only field as it is, or a tuple. From the first time on, as `_learn_key` found it.
    def key(self, instance: Any) -> Any:
        self._learn_key()
        return self.key(instance)

    def as_tuple(self, instance: Any) -> tuple[Any, ...]:
        self._learn_key()
        return self.as_tuple(instance)

    def arguments(self, instance: Any) -> dict[str, Any]:
        """What `__init__` would be told to make the same instance again."""
        names = [name for name, item in self.fields.items() if item.init]
        values: Any = attrgetter(*names) if len(names) > 1 else None

        def learnt(instance: Any) -> dict[str, Any]:
            if values is None:
                return {name: getattr(instance, name) for name in names}
            return dict(zip(names, values(instance), strict=True))

        vars(self).update(arguments=learnt)
        return learnt(instance)

    def _learn_key(self) -> None:
        names = [name for name, item in self.fields.items() if item.compare]
        key: Any = attrgetter(*names) if names else lambda _instance: ()
        vars(self).update(key=key, as_tuple=key if len(names) != 1 else lambda instance: (key(instance),))


def _is_class_variable(kind: Any) -> bool:
    if kind.__class__ is type:
        return kind is ClassVar
    return getattr(getattr(kind, "__origin__", kind), "_name", None) == "ClassVar"


def _add_comparison(
    namespace: dict[str, Any], body: Mapping[str, Any], shape: _Shape, *, order: bool
) -> None:
    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        same = other.__class__ is self.__class__
        return self is other or (shape.key(self) == shape.key(other) if same else NotImplemented)

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(shape.as_tuple(self))

    # Python itself puts None where a class defines `__eq__` alone.
    if "__hash__" not in body or (body["__hash__"] is None and "__eq__" in body):
        namespace["__hash__"] = __hash__ if shape.frozen else None
    if "__eq__" not in body:
        namespace["__eq__"] = __eq__
    if order:
        for answer in ("__lt__", "__le__", "__gt__", "__ge__"):
            namespace[answer] = _comparing(shape, answer)


def _comparing(shape: _Shape, answer: str) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return getattr(shape.as_tuple(self), answer)(shape.as_tuple(other))

    return method


def _compiled_later(shape: _Shape) -> Callable[..., None]:
    """An `__init__` that puts the compiled one in its place once there are many instances, or at once where that is ready."""
    few = _FEW if shape.template is None else 0

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: N807
        nonlocal few
        few -= 1
        if few < 0 or not _filled(self, shape.fields, values, named):
            cls: Any = shape.owner
            cls.__init__ = compiled = _from_template(shape) if shape.template else _compiled(shape)
            compiled(self, *values, **named)
        elif hasattr(shape.owner, "__post_init__"):
            self.__post_init__()

    return __init__


def _filled(
    instance: object,
    fields: dict[str, _Field],
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> bool:
    """Whether the arguments are right, and then every field has its value. What is wrong, the compiled code tells."""
    names = [name for name, item in fields.items() if item.init]
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


def _compiled(shape: _Shape) -> Callable[..., None]:
    """The initialiser as straight code: a call of it costs what a hand-written one does."""
    from deploylint.initialiser import initialiser  # noqa: PLC0415  a wheel has the code of most classes

    names: dict[str, Any] = {"_factory": _FACTORY}
    parts: list[tuple[str, str, bool]] = []
    defaults: list[Any] = []
    for name, item in shape.fields.items():
        source = "factory" if item.factory is not _MISSING else "default" * (item.default is not _MISSING)
        if not source and not item.init:
            continue
        parts.append((name, source, item.init))
        defaults += _default(name, item, names)
        if shape.refuses:
            # What the class refuses, its slot takes, which is faster than object.__setattr__.
            slot = getattr(getattr(shape.owner, name, None), "__set__", None)
            names[f"_set_{name}"] = slot or (lambda one, value, at=name: object.__setattr__(one, at, value))
    exec(initialiser(parts, refuses=shape.refuses, ends=hasattr(shape.owner, "__post_init__")), names)  # noqa: S102  field names
    return _with_names(names["__init__"], names, defaults, shape)


def _from_template(shape: _Shape) -> Callable[..., None]:
    """The same, where its code is there: a class has no bases with fields then. Its fields are not gone through."""
    names: dict[str, Any] = {"_factory": _FACTORY}
    defaults: list[Any] = []
    body = shape.body
    for name in shape.kinds:
        value = body.get(name, _MISSING)
        if value.__class__ is _Field:
            defaults += _default(name, value, names)
        elif value is not _MISSING:
            defaults.append(value)
    return _with_names(shape.template, names, defaults, shape)


def _default(name: str, item: _Field, names: dict[str, Any]) -> tuple[Any, ...]:
    """The default of a field's parameter, if it has one. Names that the code needs are added."""
    default = item.default
    if item.factory is not _MISSING:
        names[f"_make_{name}"] = item.factory
        default = _FACTORY
    elif default is not _MISSING:
        names[f"_default_{name}"] = default
    return (default,) if item.init and default is not _MISSING else ()


def _with_names(
    function: Any, names: dict[str, Any], defaults: list[Any], shape: _Shape
) -> Callable[..., None]:
    made = FunctionType(function.__code__, names, "__init__", tuple(defaults))
    made.__qualname__ = f"{shape.owner.__qualname__}.__init__"
    return made


def _repr(self: Any) -> str:
    shown = (
        f"{name}={getattr(self, name)!r}" for name, item in getattr(self, _SHAPE).fields.items() if item.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def refuse(self: Any, name: str, *_value: Any) -> NoReturn:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415

    raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__qualname__}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in getattr(self, _SHAPE).fields]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(getattr(self, _SHAPE).fields, state, strict=True):
        object.__setattr__(self, name, value)


def _replace(instance: Any, /, **changes: Any) -> Any:
    shape: _Shape = getattr(instance, _SHAPE)
    # Of a class that works the fields out, the class that has them.
    return shape.owner(**{**shape.arguments(instance), **changes})


class _MatchArgs:
    """`__match_args__`, put in its own place when it is first looked at."""

    def __get__(self, instance: object, owner: type) -> tuple[str, ...]:
        shape: _Shape = getattr(owner, _SHAPE)
        names = tuple(name for name, item in shape.fields.items() if item.init)
        shape.owner.__match_args__ = names  # type: ignore[misc, attr-defined]
        return names


class _StandardFields:
    """`__dataclass_fields__`, made by the standard library when its functions ask for it."""

    def __get__(self, instance: object, owner: type) -> Any:
        from dataclasses import MISSING, field, make_dataclass  # noqa: PLC0415

        def standard(item: _Field) -> Any:
            options: dict[str, Any] = {"init": item.init, "repr": item.repr, "compare": item.compare}
            if item.factory is not _MISSING:
                return field(default_factory=item.factory, **options)
            return field(default=MISSING if item.default is _MISSING else item.default, **options)

        shape: _Shape = getattr(owner, _SHAPE)
        fields = [(name, item.kind, standard(item)) for name, item in shape.fields.items()]
        made: Any = make_dataclass(owner.__name__, fields)
        return made.__dataclass_fields__


_MATCH_ARGS, _STANDARD_FIELDS = _MatchArgs(), _StandardFields()

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace

__all__ = ["dataclass", "field", "refuse", "replace"]
