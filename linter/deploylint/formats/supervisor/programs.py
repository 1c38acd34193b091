"""What a program's section says, with supervisor's defaults (supervisor/options.py, `_processes_from_section`)."""

from collections.abc import Callable
from functools import lru_cache, partial

from deploylint.dataclass import dataclass
from deploylint.facts import HOST, Environment, Known, SupervisorKind, Unknown, Value
from deploylint.formats.command_line.invocation import Invocation
from deploylint.formats.command_line.lines import read
from deploylint.formats.supervisor.configuration import Configuration, Merged
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.nodes import File, Option
from deploylint.processes import MANY, LeftProcess
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING, TypeVar
from deploylint.values.booleans import parse_supervisor_boolean
from deploylint.values.errors import InvalidValue
from deploylint.values.integers import parse_supervisor_integer, parse_supervisor_octal
from deploylint.values.supervisor_environment import parse_supervisor_environment

T = TypeVar("T")

DEFAULT = "supervisor default"
_NOTHING_SET, _NO_NAMES = Environment(), Names()
# supervisor has no option for a process's group.
_NO_GROUP: Value[str | None] = Known(None, default=True)
_NONE: Value[str | None] = Known(None, why=DEFAULT, default=True)
MOST_PROCESSES = 64
"""More processes of one program than this are not told apart."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, FastCGI program or event listener of one configuration.

    `number` is the `process_num` of one of its processes, `instances` how many there are of that one. What processes
    say is worked out whenever somebody asks (see `ProgramProcess`).
    """

    configuration: Configuration
    section: Merged
    number: int | None = None
    instances: Value[int] = Known(1, default=True)

    @property
    def name(self) -> str:
        return f"[{self.section.title}]"

    @property
    def at(self) -> Location:
        """The command, else the title."""
        command = self.get("command")
        return self.section.places[-1].at if command is None else command.value_at

    def get(self, name: str) -> Option | None:
        return self.section.get(name)

    def text(self, name: str, names: Names) -> Value[str] | None:
        """An option's value with its names put in; None when the option is not there."""
        option = self.get(name)
        return None if option is None else expanded(option, names)

    def _said(self, name: str, number: int | None = None) -> Value[str] | None:
        """As `text`, with what the program's values may refer to."""
        option = self.get(name)
        if option is None:
            return None
        return expanded(option, self.names(number) if "%" in option.value else _NO_NAMES)

    def boolean(self, name: str, *, default: bool) -> Value[bool]:
        return self._parsed(name, parse_supervisor_boolean, default)

    def integer(self, name: str, *, default: int) -> Value[int]:
        return self._parsed(name, parse_supervisor_integer, default)

    @property
    def group(self) -> str | None:
        """The name of the group that the program runs in; None when it cannot be told."""
        own = self.section.name if self.configuration.main is not None else None
        return self.configuration.groups.get(self.section.name, own)

    def names(self, number: int | None = None) -> Names:
        """What the program's values may refer to; `number` is the process's `process_num`."""
        return Names(partial(self._referable, number))

    def _referable(self, number: int | None) -> dict[str, str | int]:
        known: dict[str, str | int] = {"program_name": self.section.name}
        if (group := self.group) is not None:
            known["group_name"] = group
        count = self.integer("numprocs", default=1)
        if number is not None and isinstance(count, Known):
            known |= {"process_num": number, "numprocs": count.value}
        known |= {
            f"ENV_{name}": value
            for name, value in _certain(variables(self._global_environment, Names())).items()
        }
        known |= {
            f"ENV_{name}": value
            for name, value in _certain(variables(self.get("environment"), Names(known))).items()
        }
        return known

    @property
    def document(self) -> File:
        """The file with the command, else the one with the title."""
        return self.configuration.file_of(self.get("command") or self.section.places[-1])

    @property
    def invocation(self) -> Invocation | None:
        """What the command starts."""
        command = self.get("command")
        words = None if command is None else self.names(self.number).words(command)
        return read(words) if words else None

    @property
    def environment(self) -> Environment:
        """What the files set. supervisord hands its own variables on; who starts it sets none that nobody writes down."""
        shared = variables(self._global_environment, Names())
        own = variables(self.get("environment"), self.names(self.number))
        found, complete = {**(shared or {}), **(own or {})}, shared is not None and own is not None
        return Environment(found, complete=complete) if found or not complete else _NOTHING_SET

    @property
    def restart(self) -> Value[str]:
        return self._said("autorestart") or Known("unexpected", why=DEFAULT, default=True)

    @property
    def stop_timeout(self) -> Value[float]:
        return _seconds(self.integer("stopwaitsecs", default=10))

    @property
    def stop_signal(self) -> Value[str]:
        return _signal(self._said("stopsignal"))

    @property
    def kills_group(self) -> Value[bool]:
        return self.boolean(
            "stopasgroup" if self.get("killasgroup") is None else "killasgroup", default=False
        )

    @property
    def start_seconds(self) -> Value[float]:
        return _seconds(self.integer("startsecs", default=1))

    @property
    def directory(self) -> Value[str | None]:
        """The program's `directory`; None when supervisord's own working folder holds."""
        return self._said("directory", self.number) or _NONE

    @property
    def user(self) -> Value[str | None]:
        """The program's user, else supervisord's own, where the main file names one."""
        own = self._said("user")
        if own is not None:
            return own
        if self.configuration.main is None:
            return Unknown("the main file with supervisord's own user is not in the project")
        return supervisord_user(self.configuration)

    @property
    def umask(self) -> Value[int | None]:
        option = self.get("umask")
        if option is None:
            option = self.configuration.get("supervisord", "umask")
        if option is None:
            return Known(0o022, why=DEFAULT, default=True)
        found = parsed(option, self.names(), parse_supervisor_octal)
        return found if isinstance(found, Unknown) else Known(found.value, found.at)

    @property
    def _global_environment(self) -> Option | None:
        return self.configuration.get("supervisord", "environment")

    def _parsed(self, name: str, parse: Callable[[str], T], default: T) -> Value[T]:
        option = self.get(name)
        if option is None:
            return _default(default)
        return parsed(option, Names({"program_name": self.section.name}), parse)


@lru_cache(maxsize=64, typed=True)
def _default(value: T) -> Known[T]:
    return Known(value, why=DEFAULT, default=True)


def supervisord_user(configuration: Configuration) -> Value[str | None]:
    """`user` of `[supervisord]`; None when it keeps the user who starts it."""
    option = configuration.get("supervisord", "user")
    if option is None:
        return _NONE
    found = expanded(option, Names())
    return found if isinstance(found, Unknown) else Known(found.value, found.at)


class ProgramProcess(LeftProcess):
    """A process of a program, which tells what is not kept."""

    __slots__ = ("_configuration", "_number", "_section", "document", "environment", "instances")

    manager = SupervisorKind.SUPERVISOR
    namespace = HOST
    group = _NO_GROUP
    instance = ""
    _configuration: Configuration
    _number: int | None
    _section: Merged

    def __init__(self, program: Program) -> None:
        super().__init__(
            _configuration=program.configuration,
            _section=program.section,
            _number=program.number,
            instances=program.instances,
            document=program.document,
            environment=program.environment,
        )

    def _whole(self) -> Program:
        return Program(self._configuration, self._section, self._number, self.instances)

    def _whole_supervision(self) -> Program:
        return self._whole()

    if not TYPE_CHECKING:

        @property
        def invocation(self) -> Invocation | None:
            return _invocation(self)


@lru_cache(maxsize=MANY)
def _invocation(left: ProgramProcess) -> Invocation | None:
    """The model and most rules ask, mostly one process after the other."""
    return left._whole().invocation  # noqa: SLF001  it is a part of that class


def expanded(option: Option, names: Names) -> Value[str]:
    """The value with its names put in."""
    text = names.text(option)
    if text is None:
        return Unknown(f"{option.name} depends on something outside the file", option.value_at)
    return Known(text, option.value_at)


def parsed(option: Option, names: Names, parse: Callable[[str], T]) -> Value[T]:
    """The value as supervisor converts it."""
    text = expanded(option, names)
    if isinstance(text, Unknown):
        return text
    try:
        return Known(parse(text.value), option.value_at)
    except InvalidValue as error:
        return Unknown(error.message, option.value_at)


def variables(option: Option | None, names: Names) -> dict[str, Value[str]] | None:
    """The variables of an `environment` option; None when it cannot be read."""
    if option is None:
        return {}
    if option.opaque:
        return None
    # Names are put in before the pairs are read, which a value without unknown names allows.
    text = names.expand(option.value, option.name)
    try:
        if text is not None:
            return {
                pair.name: Known(pair.value, option.value_at) for pair in parse_supervisor_environment(text)
            }
        pairs = parse_supervisor_environment(option.value)
    except InvalidValue:
        return None
    return {pair.name: _variable(pair.value, option, names) for pair in pairs}


def _variable(text: str, option: Option, names: Names) -> Value[str]:
    value = names.expand(text, option.name)
    if value is None:
        return Unknown("it depends on something outside the file", option.value_at)
    return Known(value, option.value_at)


def _certain(found: dict[str, Value[str]] | None) -> dict[str, str]:
    return {name: value.value for name, value in (found or {}).items() if isinstance(value, Known)}


def _seconds(value: Value[int]) -> Value[float]:
    if isinstance(value, Unknown):
        return value
    return Known(float(value.value), value.at, value.why, value.default)


def _signal(value: Value[str] | None) -> Value[str]:
    """The signal's name in upper case without SIG."""
    if value is None:
        return Known("TERM", why=DEFAULT, default=True)
    if isinstance(value, Unknown):
        return value
    name = value.value.strip().upper()
    return Known(_NUMBERED.get(name, name.removeprefix("SIG")), value.at)


_NUMBERED = {"1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "12": "USR2", "15": "TERM"}
