"""What a call gives, as far as it follows from what is called and what it is given."""

from deploylint.formats.gunicorn import functions
from deploylint.formats.gunicorn.values import (
    PATH,
    TEXT,
    CannotTellError,
    Defined,
    Evaluated,
    Reference,
    combine,
    of_kinds,
    raising,
    sampled,
    types_of,
    unknown,
)
from deploylint.typed import Any

_CONTAINERS = frozenset({list, tuple, dict, set})


def apply(
    target: Evaluated, method: str | None, positional: list[Evaluated], named: dict[str, Evaluated]
) -> Evaluated:
    """Call a known function, or a method of a known value."""
    count = len(positional)
    keys = tuple(named)
    if method is None and _never_callable(target):
        return raising(TypeError)

    def call(callee: Any, *values: Any) -> Any:
        arguments, keywords = values[:count], dict(zip(keys, values[count:], strict=True))
        if method is not None:
            return functions.call_method(callee, method, arguments, keywords)
        if isinstance(callee, Reference):
            return functions.call_function(callee.dotted, arguments, keywords)
        raise CannotTellError("it depends on code")

    function = target.value.dotted if target.known and isinstance(target.value, Reference) else ""
    types = types_of(target)
    by_type = types.isdisjoint(_CONTAINERS) and function not in functions.CHOOSING
    value = combine(call, target, *positional, *named.values(), by_type=by_type)
    if method in functions.PATH_METHODS and types == PATH:
        return of_kinds(value, PATH)
    if method is not None:
        return of_kinds(value, TEXT) if types == TEXT and method in functions.TEXT_METHODS else value
    if function in functions.RESULTS:
        return of_kinds(value, frozenset({functions.RESULTS[function]}))
    if function in functions.CHOOSING and count > 1 and all(map(types_of, positional)):
        return of_kinds(value, sampled(frozenset().union(*map(types_of, positional))))
    return value


def path_object(parts: list[Evaluated]) -> Evaluated:
    """A path of pathlib. Other libraries have objects that stand for paths, Python's own types do not."""
    for types in map(types_of, parts):
        if types and types.isdisjoint(PATH | TEXT):
            return raising(TypeError)
    return unknown("the path is not known", frozenset[str]().union(*(one.variables for one in parts)), PATH)


def _never_callable(target: Evaluated) -> bool:
    if target.complete and (target.variables or not target.alternatives):
        return False
    is_open = not target.complete and not target.kinds
    return not is_open and not any(map(_is_callable, target.alternatives))


def _is_callable(value: Any) -> bool:
    """Modules are not: references without a dot."""
    return isinstance(value, Defined) or (isinstance(value, Reference) and "." in value.dotted)
