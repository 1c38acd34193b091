"""Functions and methods that configuration files call, as far as their results follow from the file."""

import math
import posixpath
from collections.abc import Callable

from deploylint.formats.gunicorn.values import CannotTellError, PathObject, holds_code, is_code
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
    "builtins.str": str,
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

# What these give is of one type, whatever they are given.
RESULTS: dict[str, type] = {
    **{f"builtins.{kind.__name__}": kind for kind in (int, str, float, bool)},
    "builtins.len": int,
}
# What these give is one of their arguments.
CHOOSING = frozenset({"builtins.max", "builtins.min"})
PATH_CLASSES = frozenset({"pathlib.Path", "pathlib.PurePath"})
PATH_PROPERTIES = frozenset({"parent"})
PATH_METHODS = frozenset({"absolute", "expanduser", "joinpath", "resolve", "with_name", "with_suffix"})
TEXT_METHODS = frozenset(
    {"capitalize", "casefold", "format", "join", "lower", "lstrip", "removeprefix", "removesuffix"}
    | {"replace", "rstrip", "strip", "title", "upper"}
)

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


# Methods of texts that no function and no module can be an argument of.
_OF_TEXTS = _METHODS[str] | {"join", "replace"}
# Functions that no function and no module can be an argument of.
_OF_ONE = frozenset(f"builtins.{name}" for name in ("int", "float", "round", "len", "abs"))
_OF_VALUES = _OF_ONE | {"builtins.min", "builtins.max"}


def call_function(dotted: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The result of a known function. Raises as Python does, and CannotTellError."""
    if dotted in _OF_VALUES and any(map(is_code, arguments)) and (len(arguments) > 1 or dotted in _OF_ONE):
        raise TypeError
    if any(map(holds_code, (*arguments, *named.values()))):
        raise CannotTellError("it depends on code")
    if dotted not in FUNCTIONS:
        raise CannotTellError(f"the result of {dotted.removeprefix('builtins.')}()")
    if named and dotted not in ("builtins.dict", "builtins.max", "builtins.min", "builtins.round"):
        raise CannotTellError("keyword arguments")
    if not all(isinstance(value, (*_SIMPLE_TYPES, PathObject)) for value in arguments):
        raise CannotTellError("it depends on code")
    return FUNCTIONS[dotted](*arguments, **named)


def call_method(value: Any, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The result of a method that changes nothing."""
    if isinstance(value, str) and name in _OF_TEXTS and any(map(is_code, arguments)):
        raise TypeError
    if any(map(holds_code, (value, *arguments, *named.values()))) and not lacks(type(value), name):
        raise CannotTellError("it depends on code")
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
    if lacks(type(value), name):
        raise AttributeError
    if name not in _METHODS.get(type(value), ()):
        raise CannotTellError(f"the result of {name}()")
    return getattr(value, name)(*arguments, **named)


def lacks(kind: type, name: str) -> bool:
    """Whether a type is one of Python's own whose values have no attribute of this name."""
    return kind in _SIMPLE_TYPES and not hasattr(kind, name)


def is_method(kind: type, name: str) -> bool:
    """Whether values of one of Python's own types have a method of this name."""
    return kind in _SIMPLE_TYPES and callable(getattr(kind, name, None))


def changed(value: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """A list, dictionary or set after a method that changes it."""
    copy = value.copy()
    if name not in ("append", "insert") and any(map(holds_code, arguments)):
        raise CannotTellError("it depends on code")
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
