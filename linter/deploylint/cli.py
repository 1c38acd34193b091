"""The command line: arguments, output, exit status. Everything else is imported when it is needed.

Exit status: 0 nothing at or above `--fail-on`, 1 findings, 2 wrong usage, unreadable or missing
paths, nothing to check, invalid settings, internal errors. It never depends on the output format.
"""

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from deploylint import amalgamation, imports
from deploylint.commands import COMMANDS
from deploylint.commands.plain import PlainReader
from deploylint.commands.status import CLEAN, FAILURE, INTERRUPTED, complain
from deploylint.imports import import_module
from deploylint.typed import Any
from deploylint.version import __version__


def main() -> None:
    """Run with the process's arguments and end it with the exit status."""
    # Trees have no cycles, so looking for some only costs time; so does taking everything down at the end.
    gc.disable()
    imports.install()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  it stays open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What the locale cannot write is shown as an escape, and does not end the run.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = run(sys.argv[1:]) if sys.stdout is not None else complain("standard output is closed")
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("deploylint: interrupted\n")
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILURE
    except MemoryError:
        status = complain("there is not enough memory")
    except OSError as error:
        status = complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001  whatever happens, people get one line and the right exit status
        status = complain(f"internal error: {type(error).__name__}: {error}")
    sys.stderr.flush()
    os._exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the result is the exit status. Output goes to `sys.stdout` and `sys.stderr`."""
    words = list(arguments)
    try:
        if not words:
            parser().print_help(sys.stderr)
            return FAILURE
        if words in (["-V"], ["--version"]):
            sys.stdout.write(f"deploylint {__version__}\n")
            return CLEAN
        if words[0] in ("-h", "--help", "-V", "--version"):
            parser().parse_args(words)
        if words[0] not in COMMANDS and (meant := _meant(words[0])):
            return complain(f"{words[0]}: no such file, folder or command; did you mean deploylint {meant}?")
        name, rest = (words[0], words[1:]) if words[0] in COMMANDS else ("check", words)
        if name == "check":
            amalgamation.use_patterns()
            amalgamation.load("core")
        command = import_module(f"deploylint.commands.{name}")
        options = _options(name, command, rest)
    except SystemExit as stop:
        return FAILURE if stop.code else CLEAN
    status: int = command.run(options)
    return status


def _options(name: str, command: Any, words: Sequence[str]) -> Any:
    """What the words say to a command. Raises SystemExit where that is to show its help, or nothing that it takes."""
    plain = PlainReader()
    command.add_arguments(plain)
    options: Any = plain.read(words)
    if options is None:
        from deploylint.commands.parser import Parser  # noqa: PLC0415

        own = Parser(prog=f"deploylint {name}", description=COMMANDS[name])
        command.add_arguments(own)
        options = own.parse_args(words)
    return options


def _meant(word: str) -> str | None:
    """The command that a first word was probably meant to be, which is no option and not there as a path."""
    if word.startswith("-") or os.sep in word or os.path.lexists(word):
        return None
    from deploylint.vocabulary.nearest import nearest  # noqa: PLC0415

    return f"--{word}" if word in ("help", "version") else nearest(word, COMMANDS)


def parser() -> Any:
    """Everything that the command line takes, for its help."""
    from deploylint.commands.parser import Parser  # noqa: PLC0415

    whole = Parser(
        prog="deploylint",
        description="Reads nginx, gunicorn, uWSGI, systemd, supervisor, docker compose and env files together "
        "and says what will fail, be silently ignored or be exposed. `deploylint PATH` is `deploylint check PATH`.",
        epilog="`deploylint COMMAND --help` tells what a command takes.",
    )
    whole.add_argument("-V", "--version", action="version", version=f"deploylint {__version__}")
    commands: Any = whole.add_subparsers(dest="command", metavar="COMMAND", prog="deploylint")
    for name, summary in COMMANDS.items():
        import_module(f"deploylint.commands.{name}").add_arguments(commands.add_parser(name, help=summary))
    return whole
