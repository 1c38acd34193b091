"""Reading the keys of a merged service, in their list and map forms."""

from collections.abc import Iterator

from deploylint.facts import Known, Unknown, Value
from deploylint.formats.compose.interpolation import Environment, slice_of, text_value
from deploylint.formats.compose.nodes import Mapping, Node, Scalar, Sequence, resolved
from deploylint.formats.compose.settings import Settings

TRUE = frozenset({"true", "True", "TRUE", "yes", "on"})


def text(node: Node | None, environment: Environment) -> str | None:
    """A known text, else None."""
    value = text_value(node, environment)
    return value.value if isinstance(value, Known) else None


def flag(settings: Settings, name: str, environment: Environment) -> bool:
    return text(settings.last(name), environment) in TRUE


def items(nodes: list[Node]) -> Iterator[Node]:
    """The elements of lists put together; a single value counts as a list of one, a map's keys as its elements."""
    for node in nodes:
        if isinstance(node, Sequence):
            yield from (resolved(item) for item in node.items)
        elif isinstance(node, Mapping):
            yield from (pair.key for pair in node.merged.values() if resolved(pair.value).tag != "!reset")
        elif not (isinstance(node, Scalar) and node.is_null):
            yield node


def names(nodes: list[Node], environment: Environment) -> Iterator[str]:
    """The known texts among the elements."""
    for item in items(nodes):
        found = text(item, environment)
        if found is not None:
            yield found


def pairs(nodes: list[Node], *, separators: str = "=") -> Iterator[tuple[str, Scalar, Scalar | None]]:
    """`NAME: value` of maps and `NAME=value` of lists: name, where it is written, value (None without one)."""
    for node in nodes:
        if isinstance(node, Mapping):
            for pair in node.merged.values():
                value = resolved(pair.value)
                if isinstance(pair.key, Scalar):
                    yield pair.name, pair.key, value if isinstance(value, Scalar) else None
        else:
            for item in items([node]):
                if isinstance(item, Scalar):
                    at = min(
                        (found for mark in separators if (found := item.value.find(mark)) >= 0), default=-1
                    )
                    name = item.value if at < 0 else item.value[:at]
                    yield name, item, None if at < 0 else slice_of(item, at + 1)


def values(nodes: list[Node], environment: Environment) -> dict[str, Value[str]]:
    """Variables as a container gets them; one without value is handed on from whoever runs compose."""
    found: dict[str, Value[str]] = {}
    for name, place, scalar in pairs(nodes):
        if scalar is not None and scalar.tag == "!reset":
            found.pop(name, None)
        elif scalar is None or (scalar.is_null and not scalar.style and "=" not in place.value):
            handed = environment.get(name)
            if handed is None:
                found[name] = Unknown(f"{name} is handed on from outside", place.at)
            else:
                found[name] = Known(handed, place.at, f"{name} in .env")
        else:
            value = text_value(scalar, environment)
            found[name] = Known("", place.at) if value is None else value
    return found
