"""Services: what they start, as whom, where, and how they are stopped."""

from collections.abc import Callable, Iterator, Mapping

from deploylint.facts import Environment, Known, Process, Supervision, SupervisorKind, Unknown, Value
from deploylint.formats.command_line.lines import read
from deploylint.formats.systemd.environment import service_environment
from deploylint.formats.systemd.exec_words import command_words
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.template_marks import masked
from deploylint.formats.systemd.unit import Unit
from deploylint.known_texts import KnownTexts
from deploylint.processes import StatedProcess
from deploylint.tree import Tree
from deploylint.typed import Any, TypeVar
from deploylint.values.booleans import parse_systemd_boolean
from deploylint.values.durations import FOREVER, parse_systemd_time_span
from deploylint.values.errors import InvalidValue
from deploylint.values.exec_line import ExecCommand, parse_exec_line
from deploylint.values.integers import parse_mode

T = TypeVar("T")

_DEFAULT_STOP_SECONDS = 90.0  # DefaultTimeoutStopSec=, systemd-system.conf(5)
# What holds where nobody says anything.
_ROOT_FOLDER: Value[str | None] = Known("/", why="systemd default", default=True)
_UNSET: Value[str | None] = Known(None, default=True)
_ONE: Value[int] = Known(1, default=True)
_BY_NAME: Value[int] = Unknown("the instances of a template are started by name")
_NO_RESTART: Value[str] = Known("no", default=True)
_STOP_TIMEOUT: Value[float] = Known(
    _DEFAULT_STOP_SECONDS, why="DefaultTimeoutStopSec of systemd", default=True
)
_STOP_SIGNAL: Value[str] = Known("TERM", default=True)
_KILL_MODE: Value[bool] = Known(value=True, why="KillMode default", default=True)
_NO_UMASK: Value[int | None] = Known(None, default=True)
# The keys of which the last line counts; a unit is asked for each of them once.
_ASKED = ("Restart", "KillSignal", "KillMode", "UMask", "User", "Group", "DynamicUser", "WorkingDirectory")
Last = Mapping[str, Assignment]
_TIMEOUTS = (("Service", "TimeoutSec"), ("Service", "TimeoutStopSec"))
_KILLS_GROUP = {"control-group": True, "mixed": True, "process": False, "none": False}


def processes(unit: Unit, tree: Tree) -> Iterator[Process]:
    """What the service starts: the last ExecStart=, all of them for Type=oneshot."""
    lines = unit.all("Service", "ExecStart")
    if not lines:
        return
    kind = service_type(unit)
    alike = _alike(unit, tree, kind)
    for line in lines if kind == "oneshot" else lines[-1:]:
        for command in parse_exec_line(masked(line.value)).commands:
            yield _process(unit, line, command, alike)


def _alike(unit: Unit, tree: Tree, kind: str) -> dict[str, Any]:
    """What is the same for each process of a unit, as `Process` takes it."""
    last = {name: found[-1] for name in _ASKED if (found := unit.lines.get(("Service", name)))}
    return {
        "supervision": _supervision(unit, kind, last),
        "directory": _directory(unit, last),
        "user": _user(unit, last),
        "group": _text(unit, last, "Group"),
        "environment": service_environment(unit, tree),
        "instances": _BY_NAME if unit.is_template else _ONE,
        "umask": _parsed(last["UMask"], parse_mode) if "UMask" in last else _NO_UMASK,
    }


def service_type(unit: Unit) -> str:
    """`Type=`, or what holds without it (systemd.service(5))."""
    written = unit.value("Service", "Type")
    if written:
        return written
    if unit.value("Service", "BusName"):
        return "dbus"
    return "simple" if unit.all("Service", "ExecStart") else "oneshot"


def _process(unit: Unit, line: Assignment, command: ExecCommand, alike: dict[str, Any]) -> Process:
    file = unit.file_of(line)
    environment: Environment = alike["environment"]
    directory: Value[str | None] = alike["directory"]
    words = command_words(line, command, file, environment)
    invocation = read(
        words,
        directory=directory.value if isinstance(directory, Known) else None,
        environment=KnownTexts(environment.variables),
    )
    at = line.source.location(words[0].span.start, words[-1].span.end)
    name = unit.name or file.path.rpartition("/")[2]
    return StatedProcess(name=name, document=file, at=at, invocation=invocation, **alike)


def _supervision(unit: Unit, kind: str, last: Last) -> Supervision:
    restart, signal, mode = last.get("Restart"), last.get("KillSignal"), last.get("KillMode")
    timeout = stop_timeout_line(unit)
    return Supervision(
        kind=SupervisorKind.SYSTEMD_USER if unit.is_user_unit else SupervisorKind.SYSTEMD,
        restart=_parsed(restart, str) if restart else _NO_RESTART,
        stop_timeout=_parsed(timeout, _stop_seconds) if timeout else _STOP_TIMEOUT,
        stop_signal=_parsed(signal, _signal) if signal else _STOP_SIGNAL,
        kills_group=_parsed(mode, _kills_group) if mode else _KILL_MODE,
        service_type=kind,
    )


def stop_timeout_line(unit: Unit) -> Assignment | None:
    """The line that decides how long systemd waits: TimeoutSec= sets both timeouts, and the last line counts."""
    both = [line for place in _TIMEOUTS for line in unit.lines.get(place, ())]
    if len(both) < 2:
        return both[0] if both else None
    order = [file.source for file in unit.files]
    return max(both, key=lambda line: (order.index(line.source), line.start))


def _stop_seconds(text: str) -> float:
    return parse_systemd_time_span(text) or FOREVER  # 0 is infinity (systemd.service(5))


def _signal(text: str) -> str:
    return text.removeprefix("SIG")


def _kills_group(text: str) -> bool:
    try:
        return _KILLS_GROUP[text]
    except KeyError:
        raise InvalidValue(f"{text} is no KillMode") from None


def _parsed(line: Assignment, parse: Callable[[str], T]) -> Value[T]:
    """The line's value; Unknown where it is a template's or systemd refuses it."""
    if line.opaque:
        return Unknown("filled in by a template", line.value_at)
    try:
        return Known(parse(line.value), line.value_at)
    except InvalidValue as error:
        return Unknown(error.message, line.value_at)


def _text(unit: Unit, last: Last, name: str) -> Value[str | None]:
    line = last.get(name)
    if line is None:
        return _UNSET if unit.is_whole else Unknown(f"{name} may be set elsewhere")
    value: str | None = line.value
    if line.opaque:
        value = None
    elif "%" in line.value:
        value = resolve(line.value, unit.file_of(line))
    if value is None:
        return Unknown("holds a specifier or a template mark", line.value_at)
    return Known(value, line.value_at)


def _user(unit: Unit, last: Last) -> Value[str | None]:
    user = _text(unit, last, "User")
    if not (isinstance(user, Known) and user.value is None):
        return user
    if unit.is_user_unit:
        return Unknown("the user whose manager runs it")
    dynamic = last.get("DynamicUser")
    if dynamic is not None and is_true(dynamic) and unit.unit_name is not None:
        return Known(unit.unit_name.prefix, dynamic.value_at, why="DynamicUser")
    return user


def is_true(line: Assignment) -> bool:
    try:
        return parse_systemd_boolean(line.value)
    except InvalidValue:
        return False


def _directory(unit: Unit, last: Last) -> Value[str | None]:
    """Where the process starts: `/` for system services, the home for user services and for `~`."""
    written = _text(unit, last, "WorkingDirectory")
    if not isinstance(written, Known):
        return written
    if written.value is None:
        return Unknown("the user's home") if unit.is_user_unit else _ROOT_FOLDER
    path = written.value.removeprefix("-")
    return Unknown("the user's home", written.at) if path == "~" else Known(path, written.at)
