"""Which program a command line names, once everything around it is gone."""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.options import Scan, Style, Takes, scan, table
from deploylint.formats.command_line.tables import group_table
from deploylint.pattern import DOTALL, pattern
from deploylint.values.words import Word

_NAMES = {
    "gunicorn": Kind.GUNICORN,
    "gunicorn3": Kind.GUNICORN,
    "uwsgi": Kind.UWSGI,
    "uwsgi-core": Kind.UWSGI,
    "pyuwsgi": Kind.UWSGI,
    "uvicorn": Kind.UVICORN,
    "hypercorn": Kind.HYPERCORN,
    "daphne": Kind.DAPHNE,
    "waitress-serve": Kind.WAITRESS,
    "waitress": Kind.WAITRESS,
    "granian": Kind.GRANIAN,
    "flask": Kind.FLASK_RUN,
    "http.server": Kind.HTTP_SERVER,
    "manage.py": Kind.DJANGO,
    "django-admin": Kind.DJANGO,
    "django-admin.py": Kind.DJANGO,
    "django": Kind.DJANGO,
    "celery": Kind.CELERY,
    "rq": Kind.RQ_WORKER,
    "rqworker": Kind.RQ_WORKER,
    "rqscheduler": Kind.RQ_SCHEDULER,
    "nginx": Kind.NGINX,
    "supervisord": Kind.SUPERVISORD,
    "node": Kind.NODE,
    "nodejs": Kind.NODE,
    "npm": Kind.NODE,
    "npx": Kind.NODE,
    "yarn": Kind.NODE,
    "pnpm": Kind.NODE,
    "sh": Kind.SHELL,
    "bash": Kind.SHELL,
    "dash": Kind.SHELL,
    "ash": Kind.SHELL,
    "zsh": Kind.SHELL,
    "ksh": Kind.SHELL,
}
_PYTHON = pattern(r"(?:python|pypy)[0-9.]*+t?+")
_MODULE_OR_CODE = pattern(r"-[bBdEiIOPqsSuvx]*+[mc].*+", DOTALL)
_UNBUFFERED = pattern(r"-[bBdEiIOPqsSvx]*+u")
_RUNSERVERS = frozenset({"runserver", "runserver_plus"})
_RQ = {"worker": Kind.RQ_WORKER, "worker-pool": Kind.RQ_WORKER_POOL}
_CELERY = {
    "worker": Kind.CELERY_WORKER,
    "beat": Kind.CELERY_BEAT,
    "flower": Kind.CELERY_FLOWER,
    "multi": Kind.CELERY_MULTI,
}
_PYTHON_OPTIONS = table(
    Style.GETOPT,
    [
        *((flag, Takes.VALUE) for flag in ("-m", "-c", "-W", "-X")),
        *((f"-{letter}", Takes.NOTHING) for letter in "bBdEiIOPqsSuvVx?h"),
    ],
)


@dataclass(frozen=True, slots=True)
class PythonArguments:
    """`rest` starts with the module (`is_module`) or the script; it is empty for `-c` and without either."""

    rest: tuple[Word, ...]
    is_module: bool
    unbuffered: bool


@dataclass(frozen=True, slots=True)
class Program:
    """`arguments` follow the program's name, or its subcommand; `before` stand between the two."""

    kind: Kind
    name: str
    arguments: Sequence[Word]
    subcommand: Word | None = None
    before: Sequence[Word] = ()


def is_program(name: str) -> bool:
    """Is it a program that has a kind of its own (`manage.py` included)?"""
    return name in _NAMES


def is_python(name: str) -> bool:
    """`python`, `python3.11`, `pypy3`."""
    return name.startswith(("python", "pypy")) and _PYTHON.fullmatch(name) is not None


def python_arguments(words: Sequence[Word]) -> PythonArguments:
    """What the interpreter is to run (python(1)): `-m` and `-c` end its own options."""
    end = next(
        (
            at
            for at, word in enumerate(words)
            if at and word.prefix[:1] == "-" and _MODULE_OR_CODE.fullmatch(word.prefix)
        ),
        len(words),
    )
    first = next((at for at, word in enumerate(words) if at and not _is_python_option(words, at)), len(words))
    unbuffered = any(_UNBUFFERED.match(word.prefix) for word in words[1 : min(end + 1, first)])
    if end >= first:
        return PythonArguments(tuple(words[first:]), is_module=False, unbuffered=unbuffered)
    scanned = scan(words[end : end + 2], _PYTHON_OPTIONS)
    option = next((option for option in scanned.options if option.flag in {"-m", "-c"}), None)
    if option is None or option.value is None or option.flag == "-c":
        return PythonArguments((), is_module=False, unbuffered=unbuffered)
    used = 1 if words[end].prefix.endswith("m") else 0
    return PythonArguments((option.value, *words[end + 1 + used :]), is_module=True, unbuffered=unbuffered)


def _is_python_option(words: Sequence[Word], at: int) -> bool:
    previous = words[at - 1].known if at > 1 else ""
    return words[at].prefix.startswith("-") or previous in {"-W", "-X"}


def identify(words: Sequence[Word]) -> Program:
    """The program that the first word names, with its subcommand where it has some."""
    name = words[0].value.rpartition("/")[2]
    if words[0].opaque:
        known = name if name in _NAMES and "/" in words[0].value else ""
        name = known or words[0].value
    kind = _NAMES.get(name, Kind.OTHER)
    if is_python(name):
        return Program(Kind.PYTHON, name, words[1:])
    if name.endswith("manage.py"):
        kind = Kind.DJANGO
    program = Program(kind, name, words[1:])
    if kind is Kind.DJANGO:
        return _django(program)
    if kind is Kind.CELERY:
        return _celery(program)
    if kind is Kind.FLASK_RUN:
        return _flask(program)
    if name == "rq":
        return _rq(program)
    return program


def _django(program: Program) -> Program:
    arguments = program.arguments
    if not arguments:
        return program
    subcommand = arguments[0].known or ""
    kind = Kind.DJANGO
    if subcommand in _RUNSERVERS:
        kind = Kind.RUNSERVER
    elif subcommand == "celery":
        return _celery(Program(Kind.CELERY, "celery", arguments[1:]))
    elif subcommand in {"rqworker", "rqscheduler"}:
        kind = Kind.RQ_WORKER if subcommand == "rqworker" else Kind.RQ_SCHEDULER
    return Program(kind, program.name, arguments[1:], arguments[0])


def _celery(program: Program) -> Program:
    """`celery [global options] SUBCOMMAND`; before Celery 5 `-A` could follow the subcommand."""
    scanned = _scan_group(program)
    if not scanned.rest:
        return program
    before = program.arguments[: len(program.arguments) - len(scanned.rest)]
    kind = _CELERY.get(scanned.rest[0].known or "", Kind.CELERY)
    return Program(kind, program.name, scanned.rest[1:], scanned.rest[0], before)


def _flask(program: Program) -> Program:
    """`flask [options] run`; other subcommands serve nothing."""
    scanned = _scan_group(program)
    if not scanned.rest or scanned.rest[0].known != "run":
        return Program(Kind.OTHER, program.name, program.arguments)
    before = program.arguments[: len(program.arguments) - len(scanned.rest)]
    return Program(Kind.FLASK_RUN, program.name, scanned.rest[1:], scanned.rest[0], before)


def _scan_group(program: Program) -> Scan:
    group = group_table(program.kind)
    return Scan(rest=list(program.arguments)) if group is None else scan(program.arguments, group)


def _rq(program: Program) -> Program:
    subcommand = program.arguments[0].known if program.arguments else None
    kind = _RQ.get(subcommand or "", Kind.OTHER)
    return Program(
        kind, program.name, program.arguments[1:], program.arguments[0] if program.arguments else None
    )
