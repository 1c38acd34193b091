"""One program's arguments made into an `Invocation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from sys import intern

from deploylint.dataclass import dataclass, replace
from deploylint.enumeration import Enum
from deploylint.formats.command_line.binds import binds
from deploylint.formats.command_line.invocation import AppTarget, Assignment, Invocation, Kind, Option
from deploylint.formats.command_line.options import Scan, scan
from deploylint.formats.command_line.programs import Program, identify, python_arguments
from deploylint.formats.command_line.scripts import assignment, is_assignment
from deploylint.formats.command_line.state import Surroundings
from deploylint.formats.command_line.tables import group_table, option_table
from deploylint.formats.command_line.targets import (
    celery_target,
    flask_target,
    gunicorn_target,
    positional_target,
    uwsgi_file,
    uwsgi_module,
)
from deploylint.typed import Any
from deploylint.values.words import Word

_UWSGI_CONFIGS = ("ini", "xml", "yaml", "yml", "json", "config")
_UWSGI_CONFIG_ENDINGS = (".ini", ".xml", ".yaml", ".yml", ".json", ".js")

# Field of Invocation to the options that set it; of several the last one on the line holds.
_VALUES: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    Kind.GUNICORN: {
        "chdir": ("chdir",), "workers": ("workers",), "threads": ("threads",), "worker_class": ("worker_class",),
        "timeout": ("timeout",), "graceful_timeout": ("graceful_timeout",), "keepalive": ("keepalive",),
        "pidfile": ("pidfile",), "user": ("user",), "group": ("group",), "access_log": ("accesslog",),
        "error_log": ("errorlog",), "forwarded_allow_ips": ("forwarded_allow_ips",),
    },
    Kind.UWSGI: {
        "chdir": ("chdir",), "workers": ("processes", "workers"), "threads": ("threads",), "timeout": ("harakiri",),
        "graceful_timeout": ("worker-reload-mercy", "reload-mercy"), "pidfile": ("pidfile", "pidfile2", "safe-pidfile"),
        "user": ("uid",), "group": ("gid",), "access_log": ("req-logger",),
        "error_log": ("logto", "logto2", "logger", "daemonize", "daemonize2"),
    },
    Kind.UVICORN: {
        "workers": ("workers",), "graceful_timeout": ("timeout-graceful-shutdown",), "keepalive": ("timeout-keep-alive",),
        "forwarded_allow_ips": ("forwarded-allow-ips",),
    },
    Kind.HYPERCORN: {
        "workers": ("workers",), "worker_class": ("worker-class",), "graceful_timeout": ("graceful-timeout",),
        "keepalive": ("keep-alive",), "pidfile": ("pid",), "user": ("user",), "group": ("group",),
        "access_log": ("access-logfile", "access-log"), "error_log": ("error-logfile", "error-log"),
    },
    Kind.DAPHNE: {
        "timeout": ("http-timeout",), "access_log": ("access-log",),
    },
    Kind.WAITRESS: {"threads": ("threads",), "forwarded_allow_ips": ("trusted-proxy",)},
    Kind.GRANIAN: {
        "chdir": ("working-dir",), "workers": ("workers",), "threads": ("blocking-threads",),
        "graceful_timeout": ("workers-kill-timeout",), "pidfile": ("pid-file",), "worker_class": ("interface",),
    },
    Kind.CELERY_WORKER: {
        "chdir": ("workdir",), "workers": ("concurrency",), "worker_class": ("pool",), "timeout": ("time-limit",),
        "pidfile": ("pidfile",), "user": ("uid",), "group": ("gid",), "error_log": ("logfile",),
    },
    Kind.CELERY_BEAT: {
        "chdir": ("workdir",), "pidfile": ("pidfile",), "user": ("uid",), "group": ("gid",), "error_log": ("logfile",),
    },
    Kind.RQ_WORKER: {"worker_class": ("worker-class",), "pidfile": ("pid",)},
    Kind.SUPERVISORD: {
        "chdir": ("directory",), "pidfile": ("pidfile",), "user": ("user",), "error_log": ("logfile",),
    },
}  # fmt: skip
_LISTS: Mapping[str, tuple[str, ...]] = {
    "config_files": ("configuration", *_UWSGI_CONFIGS),
    "pythonpath": ("pythonpath", "python-path", "pp", "app-dir", "path"),
}
_FLAGS: Mapping[str, tuple[str, ...]] = {
    "daemon": ("daemon", "daemonize", "daemonize2", "detach"),
    "reload": ("reload", "py-autoreload", "python-autoreload", "py-auto-reload", "python-auto-reload"),
    "debug": ("debug",),
}
_INTERPRETERS = frozenset({Kind.PYTHON, Kind.SHELL, Kind.NODE})
_APP_AS_OPTION = frozenset(
    {
        Kind.FLASK_RUN,
        Kind.CELERY_WORKER,
        Kind.CELERY_BEAT,
        Kind.CELERY_FLOWER,
        Kind.CELERY,
        Kind.CELERY_MULTI,
    }
)
# The option by which the server itself sets variables.
_OWN_VARIABLES = {Kind.GUNICORN: "raw_env", Kind.UWSGI: "env"}


@dataclass(frozen=True, slots=True)
class GunicornArguments:
    """Options as gunicorn reads them, from its command line or from GUNICORN_CMD_ARGS."""

    options: tuple[Option, ...]
    positionals: tuple[Word, ...]
    unknown: tuple[Word, ...]
    missing_value: tuple[Option, ...]
    complete: bool


def read_gunicorn_arguments(words: Sequence[Word]) -> GunicornArguments:
    """The words of GUNICORN_CMD_ARGS, which gunicorn splits with shlex."""
    table = option_table(Kind.GUNICORN)
    found = scan(words, table) if table else Scan()
    return GunicornArguments(
        tuple(found.options),
        tuple(found.positionals),
        tuple(found.unknown),
        tuple(found.missing_value),
        found.complete,
    )


def read_program(words: Sequence[Word], around: Surroundings, whole: Sequence[Word]) -> Invocation:
    """The invocation of the program that the words name; `whole` is the command line they come from."""
    program = identify(words)
    found, has_table = _scanned(program)
    line = tuple(whole)
    invocation = Invocation(
        program.kind,
        intern(program.name),
        words[0],
        line,
        line if words is whole else tuple(words),
        around.finished(),
        subcommand=program.subcommand,
        options=tuple(found.options),
        positionals=tuple(found.positionals),
        unknown=tuple(found.unknown),
        missing_value=tuple(found.missing_value),
        complete=found.complete and has_table,
    )
    return _understood(invocation, around)


def _scanned(program: Program) -> tuple[Scan, bool]:
    """Options and positionals, and whether there was a table to tell them apart."""
    table = None if _is_a_different_command(program) else option_table(program.kind)
    if table is None:
        return Scan(positionals=list(program.arguments)), False
    found = scan(program.arguments, table)
    found.positionals += found.rest
    group = group_table(program.kind)
    if group is not None and program.before:
        before = scan(program.before, group)
        found.options[:0] = before.options
        found.unknown[:0] = before.unknown
        found.missing_value[:0] = before.missing_value
        found.complete &= before.complete
    return found, True


def _is_a_different_command(program: Program) -> bool:
    """Same kind, other options: django-rq, django-extensions, the old rqworker."""
    subcommand = program.subcommand.known if program.subcommand else None
    if program.kind is Kind.RQ_WORKER:
        return program.name != "rq"
    return subcommand == "runserver_plus" or (program.kind is Kind.CELERY_WORKER and program.name != "celery")


def _understood(invocation: Invocation, around: Surroundings) -> Invocation:
    kind = invocation.kind
    fields = _said_by_options(invocation)
    if kind is Kind.UWSGI:
        bare = tuple(word for word in invocation.positionals if _is_uwsgi_config(word))
        fields["config_files"] = fields.get("config_files", ()) + bare
    if kind in _INTERPRETERS:
        fields["script"] = _script(invocation)
    if (target := _target(invocation)) is not None:
        fields["target"] = target
    if kind in _OWN_VARIABLES:
        fields["environment"] = _environment(invocation, _OWN_VARIABLES[kind])
    if found := binds(invocation, around.environment):
        fields["binds"] = found
    for name, value in fields.items():  # nobody has it yet, and a copy costs as much as all that is read
        object.__setattr__(invocation, name, value)
    return invocation


def _said_by_options(invocation: Invocation) -> dict[str, Any]:
    """The fields that single options set; of several for one field the last one on the line holds."""
    fields: dict[str, Any] = {}
    places = _places(invocation.kind)
    for option in invocation.options:
        for field, holds in places.get(option.name, ()):
            if holds is _Holds.FLAG:
                fields[field] = None if option.negated else option
            elif option.value is not None:
                fields[field] = (
                    option.value if holds is _Holds.VALUE else (*fields.get(field, ()), option.value)
                )
    return fields


class _Holds(Enum):
    """What a field has of its options: the last value, all values, or the option unless it switches the thing off."""

    VALUE = 1
    ALL = 2
    FLAG = 3


@cache
def _places(kind: Kind) -> Mapping[str, Sequence[tuple[str, _Holds]]]:
    """The fields that each option of a program sets."""
    tables = [(_VALUES.get(kind, {}), _Holds.VALUE)]
    if kind in _VALUES or kind is Kind.FLASK_RUN or kind is Kind.RUNSERVER:
        tables += [(_LISTS, _Holds.ALL), (_FLAGS, _Holds.FLAG)]
    if kind is Kind.NGINX:
        tables.append(({"config_files": ("c",)}, _Holds.ALL))
    places: dict[str, list[tuple[str, _Holds]]] = {}
    for table, holds in tables:
        for field, names in table.items():
            for name in names:
                places.setdefault(name, []).append((field, holds))
    return places


def _value(invocation: Invocation, names: tuple[str, ...]) -> Word | None:
    for each in reversed(invocation.options):
        if each.name in names and each.value:
            return each.value
    return None


def _flag(invocation: Invocation, names: tuple[str, ...]) -> Option | None:
    """The option that holds, unless it switches the thing off."""
    for each in reversed(invocation.options):
        if each.name in names:
            return None if each.negated else each
    return None


def _is_uwsgi_config(word: Word) -> bool:
    """A bare argument is read as configuration by its ending (uWSGI core/uwsgi.c, uwsgi_setup); `:section` may follow."""
    name = word.value
    return any(name.endswith(ending) or f"{ending}:" in name for ending in _UWSGI_CONFIG_ENDINGS)


def _script(invocation: Invocation) -> Word | None:
    """The file that an interpreter runs."""
    if invocation.kind is Kind.PYTHON:
        python = python_arguments(invocation.command)
        return python.rest[0] if python.rest and not python.is_module else None
    if invocation.kind is Kind.NODE and not invocation.program.startswith("node"):
        return None
    return next((word for word in invocation.positionals if not word.prefix.startswith(("-", "+"))), None)


def _target(invocation: Invocation) -> AppTarget | None:
    kind, positionals = invocation.kind, invocation.positionals
    if kind is Kind.UWSGI:
        return _uwsgi_target(invocation)
    if kind in _APP_AS_OPTION:
        app = _value(invocation, ("app",))
        if app is None:
            return None
        return flask_target(app) if kind is Kind.FLASK_RUN else celery_target(app)
    if kind is Kind.GUNICORN and invocation.last("paste") is not None:
        return None
    if not positionals:
        return None
    # A word that may be any number of options is not the target where another one can be. Nor is the
    # word behind an unknown option, which may be its value.
    candidates = [word for word in positionals if not word.opaque] or positionals
    found = positional_target(kind, candidates[-1] if invocation.unknown else candidates[0])
    if found is not None and (_flag(invocation, ("factory",)) or _flag(invocation, ("call",))):
        return replace(found, factory=True)
    return found


def _uwsgi_target(invocation: Invocation) -> AppTarget | None:
    callable_name = _value(invocation, ("callable",))
    for option in reversed(invocation.options):
        if option.value is None:
            continue
        if option.name in {"module", "wsgi"}:
            return uwsgi_module(option.value, callable_name)
        if option.name in {"wsgi-file", "file"}:
            return uwsgi_file(option.value, callable_name)
        if option.name == "mount" and "=" in option.value.prefix:
            mounted = option.value.part(option.value.prefix.index("=") + 1)
            is_file = mounted.value.endswith((".py", ".wsgi"))
            return uwsgi_file(mounted, callable_name) if is_file else uwsgi_module(mounted, callable_name)
    for word in invocation.positionals:
        if word.value.endswith((".py", ".wsgi")):
            return uwsgi_file(word, callable_name)
        if ":" in word.value and not _is_uwsgi_config(word):
            return gunicorn_target(word)
    return None


def _environment(invocation: Invocation, name: str) -> tuple[Assignment, ...]:
    values = (option.value for option in invocation.options if option.name == name)
    return tuple(assignment(word) for word in values if word is not None and is_assignment(word))
