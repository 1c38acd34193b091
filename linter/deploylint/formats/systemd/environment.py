"""The variables that a service gets from its unit (systemd.exec(5), "ENVIRONMENT")."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

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
_SET_BY_SYSTEMD = dict.fromkeys((
    "PATH", "LANG", "HOME", "LOGNAME", "USER", "SHELL", "INVOCATION_ID", "XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY", "CREDENTIALS_DIRECTORY",
    "MAINPID", "MANAGERPID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID",
    "WATCHDOG_USEC", "SYSTEMD_EXEC_PID", "TERM", "LOG_NAMESPACE", "JOURNAL_STREAM", "SERVICE_RESULT", "EXIT_CODE",
    "EXIT_STATUS", "MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE", "MONITOR_EXIT_STATUS", "MONITOR_INVOCATION_ID",
    "MONITOR_UNIT", "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE", "TRIGGER_UNIT", "TRIGGER_PATH",
    "TRIGGER_TIMER_REALTIME_USEC", "TRIGGER_TIMER_MONOTONIC_USEC", "PIDFILE", "REMOTE_ADDR", "REMOTE_PORT",
))  # fmt: skip


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

    A unit may set any number of them. What is kept of those that a line tells is the line, which is read again. Those of
    systemd itself stand below. `_hidden` is the last line that names a file nobody has here, which may set any variable
    anew; `_unset` are names that are taken away in the end. An assignment takes away a variable with that very value only.
    """

    __slots__ = ("_hidden", "_own", "_tree", "_unit", "_unset")

    def __init__(self, unit: Unit, tree: Tree) -> None:
        self._unit = unit
        self._tree = tree
        self._own: dict[str, Value[str] | Assignment] | None = None
        self._hidden: Assignment | None = None
        self._unset: set[str] | None = None

    def __getitem__(self, name: str) -> Value[str]:
        found: Value[str] | None = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        found = (self._read() if self._own is None else self._own).get(name)
        if found is None:
            if name not in _SET_BY_SYSTEMD or not self._leaves(name):
                return default
            found = self._hidden or Unknown(f"{name} is set by systemd")
        return self._told(name, found) if isinstance(found, Assignment) else found

    def __contains__(self, name: object) -> bool:
        return name in (self._read() if self._own is None else self._own) or (
            name in _SET_BY_SYSTEMD and self._leaves(name)
        )

    def __iter__(self) -> Iterator[str]:
        own = self._read() if self._own is None else self._own
        yield from filter(self._leaves, _SET_BY_SYSTEMD)
        yield from (name for name in own if name not in _SET_BY_SYSTEMD)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _leaves(self, name: object) -> bool:
        """Whether nothing takes away a variable of systemd."""
        return not self._unset or name not in self._unset

    def _takes_away(self, text: str, own: Mapping[str, Value[str] | Assignment]) -> bool:
        """Whether a word of UnsetEnvironment= certainly takes a variable away."""
        name, equals, value = text.partition("=")
        found = own.get(name)
        told = self._told(name, found) if isinstance(found, Assignment) else found
        return not equals or (isinstance(told, Known) and told.value == value)

    def _read(self) -> dict[str, Value[str] | Assignment]:
        unit = self._unit
        own: dict[str, Value[str] | Assignment] = {}
        for line in unit.all("Service", "Environment"):
            own.update((pair.name, line) for pair in _pairs(line.value))
        for line in unit.all("Service", "PassEnvironment"):
            own.update((word.text, line) for word in parse_words(line.value).words)
        files = [
            (line, _in_project(line, unit.file_of(line), self._tree))
            for line in unit.all("Service", "EnvironmentFile")
        ]
        # A file that is named again says all of it again.
        last = {path: line for line, path in files}
        for line, path in files:
            if path is not None and last[path] is not line:
                continue
            source = self._tree.read(path) if path is not None else None
            if source is None:
                own = dict.fromkeys(own, line)
                self._hidden = line
            else:
                own.update(_from_file(source))
        for line in unit.all("Service", "UnsetEnvironment"):
            words = [word.text for word in parse_words(line.value).words]
            gone = {text.partition("=")[0] for text in words if self._takes_away(text, own)}
            self._unset = gone | (self._unset or set())
        self._own = {name: own[name] for name in own if name not in self._unset} if self._unset else own
        return self._own

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


def _in_project(line: Assignment, file: UnitFile, tree: Tree) -> str | None:
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
    return candidates[0] if len(candidates) == 1 else None
