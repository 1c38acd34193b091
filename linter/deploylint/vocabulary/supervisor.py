"""What supervisor knows: kinds of sections and their options.

    section_kind("program:web")              -> "program"
    section_kind("inet_http_server_old")     -> "inet_http_server": the name only has to begin so
    section_kind("Program:web")              -> None: ignored in silence
    option("program", "stopasgroup")         -> Option, or None: ignored in silence
    options("program")                       -> the names
    supervisor_2("program", "logfile")       -> "stdout_logfile": what a name of supervisor 2 is called now
    event_type("TICK_60")                    -> True

The parser folds the case of option names, not of sections. The facts come from supervisor/options.py, events.py
and the documentation.
"""

from collections.abc import Collection

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.supervisor import EVENTS, OPTIONS, SUPERVISOR_2


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a kind of section.

    `kind`: the converter, `boolean`, `integer`, `bytes` (with KB, MB or GB), `octal`, `exit-codes`, `signal`,
    `loglevel`, `autorestart`, `backlog`; `command`, `environment`, `template`, `log` (path, AUTO, NONE or syslog),
    `path`, `existing-directory`, `globs`, `names`, `events`, `url`, `address`, `socket`, `factory`, `owner`,
    `user`, `password` or `string`.
    `default`: as it would be written, None where there is none or another option gives it.
    `since`: the first release with it, None if supervisor 3.0 had it.
    """

    section: str
    name: str
    kind: str
    default: str | None
    required: bool
    since: tuple[int, ...] | None


def section_kinds() -> Collection[str]:
    """`supervisord`, `program` and the others; some take a name after a colon."""
    return OPTIONS.keys()


def named_kinds() -> tuple[str, ...]:
    """The kinds that are written with a colon and a name."""
    return ("group", "program", "fcgi-program", "eventlistener", "rpcinterface", "ctlplugin")


def section_kind(section: str) -> str | None:
    """The kind of a section from its full name; None if supervisor does not read it."""
    if section in ("supervisord", "supervisorctl", "include"):
        return section
    kind, colon, _ = section.partition(":")
    if colon and kind in named_kinds():
        return kind
    # server_configs_from_parser: every section that begins so opens a server.
    return next((kind for kind in ("unix_http_server", "inet_http_server") if section.startswith(kind)), None)


def option(kind: str, name: str) -> Option | None:
    """The option of a kind of section, its name in any case."""
    row = OPTIONS.get(kind, {}).get(name.lower())
    return None if row is None else Option(kind, name.lower(), *row)


def options(kind: str) -> Collection[str]:
    """The names of the options of a kind of section."""
    return OPTIONS.get(kind, {}).keys()


def free_options(kind: str) -> bool:
    """Do further options go to the factory that the section names?"""
    return kind in ("rpcinterface", "ctlplugin")


def kinds_with(name: str) -> tuple[str, ...]:
    """The kinds of sections that have an option of this name, for a misplaced one."""
    return tuple(kind for kind, known in OPTIONS.items() if name.lower() in known)


def supervisor_2(kind: str, name: str) -> str | None:
    """What to write instead of an option of supervisor 2 that 3.0 and later ignore."""
    return SUPERVISOR_2.get(kind, {}).get(name.lower())


def event_type(name: str) -> bool:
    """May an event listener ask for it? Any case."""
    return name.upper() in EVENTS


def event_types() -> Collection[str]:
    """All event types, in capitals."""
    return EVENTS
