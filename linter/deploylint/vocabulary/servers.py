"""The command lines of Python application servers and workers, as their own option parsers declare them.

    command("uvicorn")                 -> Command with options and positional arguments, or None
    command("celery worker")           -> that of a subcommand; the options before it are those of "celery"
    options("uvicorn")                 -> its options
    option("uvicorn", "--host")        -> the option with this flag, or this negation (`--no-access-log`)
    matching("waitress-serve", "--ho") -> the options that an abbreviation may mean; one, if it is accepted
    commands(), subcommands("celery"), default_bind("uvicorn"), environment_prefix("granian")

gunicorn and uWSGI have modules of their own.
"""

from collections.abc import Collection

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.servers import ABBREVIATING, BINDS, COMMANDS, ENVIRONMENT, SUBCOMMANDS
from deploylint.vocabulary.data.servers import Option as OptionRow


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command line.

    `flags`: its spellings, short and long. `negations`: spellings that turn it off. `takes_value`: the flags need
    one. `default`: None where it is computed or there is none. `choices`: the only values, if there are such.
    """

    flags: tuple[str, ...]
    negations: tuple[str, ...]
    takes_value: bool
    repeatable: bool
    default: object
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """A positional argument. `count`: how many words, -1 for any number."""

    name: str
    count: int
    required: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command as of `version`."""

    name: str
    version: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]


def commands() -> Collection[str]:
    """`uvicorn`, `flask run`, `manage.py runserver` and the others."""
    return COMMANDS.keys()


def command(name: str) -> Command | None:
    """The whole command line of a command."""
    row = COMMANDS.get(name)
    if row is None:
        return None
    version, arguments, options = row
    return Command(
        name,
        version,
        tuple(Argument(*argument) for argument in arguments),
        tuple(Option(*row) for row in options),
    )


def options(name: str) -> tuple[Option, ...]:
    """The options of a command, none for one that is not known."""
    return tuple(Option(*row) for row in _rows(name))


def option(name: str, flag: str) -> Option | None:
    """The option with this spelling."""
    return next((Option(*row) for row in _rows(name) if flag in row[0] or flag in row[1]), None)


def matching(name: str, flag: str) -> tuple[Option, ...]:
    """The option with this spelling, else those that a long flag may abbreviate, if the parser takes such."""
    exact = option(name, flag)
    if exact is not None:
        return (exact,)
    if name not in ABBREVIATING or not flag.startswith("--"):
        return ()
    return tuple(
        Option(*row) for row in _rows(name) if any(long.startswith(flag) for long in row[0] + row[1])
    )


def subcommands(program: str) -> tuple[str, ...]:
    """The first words after the options of `celery` and `rq`; none for a program without."""
    return SUBCOMMANDS.get(program, ())


def default_bind(name: str) -> str | None:
    """Where it listens when nothing is said, as host and port; None if it does not."""
    return BINDS.get(name)


def environment_prefix(name: str) -> str | None:
    """`UVICORN` for `UVICORN_HOST`: every option may be given so; None if there is no such prefix."""
    return ENVIRONMENT.get(name)


def _rows(name: str) -> tuple[OptionRow, ...]:
    row = COMMANDS.get(name)
    return () if row is None else row[2]
