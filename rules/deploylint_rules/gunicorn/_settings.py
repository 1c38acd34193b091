"""What a configuration file certainly sets."""

from deploylint.dataclass import dataclass
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint.typed import Any


@dataclass(frozen=True, slots=True)
class Stated:
    """A setting's only value and the statement that gives it."""

    node: Assignment
    value: Any


def stated(config: GunicornConfig, name: str) -> Stated | None:
    """The value that a setting has whatever the environment; None where it has none or may have another one."""
    bindings = config.outcome.names.get(name, ())
    if len(bindings) != 1:
        return None
    node, value = bindings[0].node, bindings[0].value
    if not isinstance(node, Assignment) or value is None or not value.known:
        return None
    return Stated(node, value.value)


def is_unset(config: GunicornConfig, name: str) -> bool:
    """Whether the file certainly leaves a setting at its default."""
    return config.outcome.closed and name not in config.outcome.names
