"""What a configuration file certainly sets."""

from deploylint import Severity
from deploylint.dataclass import dataclass
from deploylint.facts import Known, Unknown, Value
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint.project import Project
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


def severity_of(config: GunicornConfig, name: str, project: Project) -> Severity | None:
    """How bad it is when the file's value of a setting, or the default that it leaves, is wrong.

    A warning where something that is not in the project may overrule it, or the command line of one server of several
    does; None where all do.
    """
    servers = project.deployment_of(config).servers
    loading = [one for one in servers if one.config is not None and one.config.document is config]
    values = [value for one in loading if (value := one.setting(name)) is not None]
    held = [value for value in values if _is_left_alone(value, config)]
    if values and not held:
        return None
    doubtful = any(isinstance(value, Unknown) or value.unless for value in held)
    return Severity.WARNING if doubtful or len(held) < len(values) else Severity.ERROR


def _is_left_alone(value: Value[Any], config: GunicornConfig) -> bool:
    """Whether it comes from the file, or from nowhere."""
    if isinstance(value, Known) and value.default:
        return True
    return value.at is None or value.at.source is config.source
