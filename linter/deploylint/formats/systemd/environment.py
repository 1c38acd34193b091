"""The variables that a service gets from its unit (systemd.exec(5), "ENVIRONMENT")."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from deploylint.facts import Environment, Known, Reference, Unknown, Value
from deploylint.formats.systemd.nodes import Assignment
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.formats.systemd.unit import Unit
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import Any
from deploylint.values.env_file import EnvDialect, parse_env_file
from deploylint.values.environment import Assignment as Pair
from deploylint.values.environment import parse_environment
from deploylint.values.errors import printable
from deploylint.values.systemd_words import parse_words

# Set by the manager itself, depending on user and version.
_SET_BY_SYSTEMD = (
    "PATH", "LANG", "HOME", "LOGNAME", "USER", "SHELL", "INVOCATION_ID", "XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY", "CREDENTIALS_DIRECTORY",
    "MAINPID", "MANAGERPID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID",
    "WATCHDOG_USEC", "SYSTEMD_EXEC_PID", "TERM", "LOG_NAMESPACE", "JOURNAL_STREAM", "SERVICE_RESULT", "EXIT_CODE",
    "EXIT_STATUS", "MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE", "MONITOR_EXIT_STATUS", "MONITOR_INVOCATION_ID",
    "MONITOR_UNIT", "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE", "TRIGGER_UNIT", "TRIGGER_PATH",
    "TRIGGER_TIMER_REALTIME_USEC", "TRIGGER_TIMER_MONOTONIC_USEC", "PIDFILE", "REMOTE_ADDR", "REMOTE_PORT",
)  # fmt: skip


def service_environment(unit: Unit, tree: Tree) -> Environment:
    """What Environment= and EnvironmentFile= set, later lines over earlier ones, files over lines.

    A file that is in the project is read; with one that is not, nothing is certain any more. The manager of a
    user hands on what the session put into it.
    """
    complete, outside = not unit.is_user_unit and unit.is_whole, ""
    for line in unit.all("Service", "EnvironmentFile"):
        if _in_project(line, unit.file_of(line), tree) is None:
            complete, outside = False, printable(line.value.removeprefix("-"))
    for line in unit.all("Service", "Environment"):
        if line.opaque:
            complete = False
    return Environment(_Variables(unit, tree), complete, outside)


class _Variables(Mapping[str, Value[str]]):
    """The variables of a service, looked at when somebody asks for one.

    A unit may set any number of them. What is kept of those that a line tells is the line, which is read again.
    """

    __slots__ = ("_tree", "_unit", "_written")

    def __init__(self, unit: Unit, tree: Tree) -> None:
        self._unit = unit
        self._tree = tree
        self._written: dict[str, Value[str] | Assignment] | None = None

    def __getitem__(self, name: str) -> Value[str]:
        found = self._all[name]
        return self._told(name, found) if isinstance(found, Assignment) else found

    def get(self, name: str, default: Any = None) -> Any:
        found = self._all.get(name)
        if found is None:
            return default
        return self._told(name, found) if isinstance(found, Assignment) else found

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def _all(self) -> dict[str, Value[str] | Assignment]:
        if self._written is None:
            self._written = self._read()
        return self._written

    def _read(self) -> dict[str, Value[str] | Assignment]:
        unit = self._unit
        written: dict[str, Value[str] | Assignment] = {**_set_by_systemd()}
        for line in unit.all("Service", "Environment"):
            written.update((pair.name, line) for pair in _pairs(line.value))
        for line in unit.all("Service", "PassEnvironment"):
            written.update((word.text, line) for word in parse_words(line.value).words)
        for line in unit.all("Service", "EnvironmentFile"):
            source = _in_project(line, unit.file_of(line), self._tree)
            if source is None:
                written = dict.fromkeys(written, line)
            else:
                written.update(_from_file(source))
        for line in unit.all("Service", "UnsetEnvironment"):
            for word in parse_words(line.value).words:
                written.pop(word.text.partition("=")[0], None)
        return written

    def _told(self, name: str, line: Assignment) -> Value[str]:
        """What a line says of a variable."""
        if line.name == "PassEnvironment":
            return Unknown(f"{name} is passed on from the manager", line.value_at)
        if line.name == "EnvironmentFile":
            reason = printable(f"may be set in {line.value}")
            return Unknown(f"{name} {reason}", line.value_at)
        pair = next(pair for pair in reversed(_pairs(line.value)) if pair.name == name)
        at = line.value_location(pair.start, pair.end)
        value = resolve(pair.value, self._unit.file_of(line))
        if value is None:
            return Unknown(f"{name} holds a specifier or a template mark", at)
        return Known(value, at)


@lru_cache(maxsize=512)
def _pairs(value: str) -> tuple[Pair, ...]:
    return parse_environment(value).assignments


@cache
def _set_by_systemd() -> dict[str, Value[str]]:
    return {name: Unknown(f"{name} is set by systemd") for name in _SET_BY_SYSTEMD}


def _from_file(source: Source) -> Iterator[tuple[str, Value[str]]]:
    for entry in parse_env_file(source.text, EnvDialect.SYSTEMD).entries:
        at = source.location(entry.start, entry.end)
        if entry.value is None or has_marks(entry.value):
            yield entry.name, Unknown(f"{entry.name} is filled in by a template", at)
        else:
            yield entry.name, Known(entry.value, at)


def environment_files(unit: Unit) -> Iterator[Reference]:
    """The files of EnvironmentFile= lines, as paths of the server."""
    for line in unit.all("Service", "EnvironmentFile"):
        file = unit.file_of(line)
        path = None if line.opaque else resolve(line.value.removeprefix("-"), file)
        if path is not None and path.startswith("/"):
            yield Reference(file, path, "environment", line.value_at)


def _in_project(line: Assignment, file: UnitFile, tree: Tree) -> Source | None:
    """The file of the project that will stand at the path: one that shares its last two parts, or its name alone.

    Several candidates are none. A server's path without a folder in common tells only when no other file has the name.
    """
    path = None if line.opaque else resolve(line.value.removeprefix("-"), file)
    if path is None or not path.startswith("/"):
        return None
    parts = path.strip("/").split("/")
    named = tree.named(parts[-1])
    near = [other for other in named if len(parts) > 1 and other.split("/")[-2:] == parts[-2:]]
    candidates = near or named
    return tree.read(candidates[0]) if len(candidates) == 1 else None
