"""Functions and methods that configuration files call, as far as their results follow from the file."""

import math
import posixpath
from collections.abc import Callable

from deploylint.formats.gunicorn.values import CannotTellError, Defined, Reference, is_function
from deploylint.pattern import pattern
from deploylint.typed import Any

CPU_COUNTS = (1, 2, 4, 16)
DEPENDS_ON_PROCESSORS = "it depends on the number of processors"
CPU_FUNCTIONS = frozenset(
    {"multiprocessing.cpu_count", "os.cpu_count", "os.process_cpu_count", "psutil.cpu_count"}
)
_FORMAT_FIELD = pattern(r"\{[^{}]*(?:[.\[]|\d{4})")
_SIMPLE_TYPES = (str, bytes, int, float, bool, type(None), list, tuple, dict, set)


def _join(*parts: Any) -> str:
    joined: str = posixpath.join(*parts)
    return joined


def _absolute(path: Any) -> str:
    if not posixpath.isabs(path):
        raise CannotTellError("it depends on the folder that gunicorn is started in")
    normal: str = posixpath.normpath(path)
    return normal


def _integer(*arguments: Any) -> int:
    if arguments and isinstance(arguments[0], complex):
        raise TypeError
    return int(*arguments)


def _listed(kind: Callable[[Any], Any]) -> Callable[..., Any]:
    def make(*arguments: Any) -> Any:
        if arguments and isinstance(arguments[0], set):
            raise CannotTellError("the order of a set")
        return kind(*arguments)

    return make


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "builtins.int": _integer,
    "builtins.str": lambda value="": str(value),
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.min": min,
    "builtins.max": max,
    "builtins.round": round,
    "builtins.len": len,
    "builtins.abs": abs,
    "builtins.sum": sum,
    "builtins.any": any,
    "builtins.all": all,
    "builtins.list": _listed(list),
    "builtins.tuple": _listed(tuple),
    "builtins.dict": dict,
    "builtins.set": set,
    "builtins.sorted": sorted,
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "os.path.join": _join,
    "os.path.dirname": posixpath.dirname,
    "os.path.basename": posixpath.basename,
    "os.path.normpath": posixpath.normpath,
    "os.path.abspath": _absolute,
    "os.path.realpath": _absolute,
}

BUILTINS = frozenset(name.removeprefix("builtins.") for name in FUNCTIONS if name.startswith("builtins."))

_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        [
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "startswith",
            "endswith",
            "title",
            "capitalize",
            "splitlines",
            "isdigit",
            "isnumeric",
            "count",
            "find",
            "casefold",
            "removeprefix",
            "removesuffix",
            "partition",
            "rpartition",
        ]
    ),
    list: frozenset({"index", "count", "copy"}),
    tuple: frozenset({"index", "count"}),
    dict: frozenset({"get", "copy"}),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
}


# Functions that no function can be an argument of.
_OF_ONE = frozenset(f"builtins.{name}" for name in ("int", "float", "round", "len", "abs"))
_OF_VALUES = _OF_ONE | {"builtins.min", "builtins.max"}


def call_function(dotted: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The result of a known function. Raises as Python does, and CannotTellError."""
    if (
        dotted in _OF_VALUES
        and any(map(is_function, arguments))
        and (len(arguments) > 1 or dotted in _OF_ONE)
    ):
        raise TypeError
    if any(isinstance(value, (Reference, Defined)) for value in (*arguments, *named.values())):
        raise CannotTellError("it depends on code")
    if dotted not in FUNCTIONS:
        raise CannotTellError(f"the result of {dotted.removeprefix('builtins.')}()")
    if named and dotted not in ("builtins.dict", "builtins.max", "builtins.min", "builtins.round"):
        raise CannotTellError("keyword arguments")
    if not all(isinstance(value, _SIMPLE_TYPES) for value in arguments):
        raise CannotTellError("it depends on code")
    return FUNCTIONS[dotted](*arguments, **named)


def call_method(value: Any, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The result of a method that changes nothing."""
    if isinstance(value, str):
        if name == "format":
            if _FORMAT_FIELD.search(value):
                raise CannotTellError("a format that looks into its arguments")
            return value.format(*arguments, **named)
        if name == "join" and len(arguments) == 1 and not isinstance(arguments[0], set):
            if len(value) * len(arguments[0]) > 1_000_000:
                raise CannotTellError("the value is very large")
            return value.join(arguments[0])
        if name == "replace" and len(value) * len(str(arguments[1])) > 1_000_000:
            raise CannotTellError("the value is very large")
        if name == "replace":
            return value.replace(*arguments)
    if lacks(value, name):
        raise AttributeError
    if name not in _METHODS.get(type(value), ()):
        raise CannotTellError(f"the result of {name}()")
    return getattr(value, name)(*arguments, **named)


def lacks(value: Any, name: str) -> bool:
    """Whether a value of one of Python's own types has no attribute of this name."""
    return type(value) in _SIMPLE_TYPES and not hasattr(value, name)


def changed(value: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """A list, dictionary or set after a method that changes it."""
    copy = value.copy()
    if (type(value), name) in _CHANGES:
        getattr(copy, name)(*arguments)
        return copy
    raise CannotTellError(f"{name}() changes it")


_CHANGES = frozenset(
    [(list, name) for name in ("append", "extend", "insert", "remove", "reverse", "clear", "pop", "sort")]
    + [(dict, name) for name in ("update", "setdefault", "pop", "clear")]
    + [(set, name) for name in ("add", "update", "discard")]
)
CHANGING_METHODS = frozenset(name for _, name in _CHANGES)
