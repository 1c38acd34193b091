"""`deploylint completion`: a script that lets a shell complete the command line."""

import argparse
import sys
from importlib import import_module

from deploylint import completion, packs, selection
from deploylint.commands import COMMANDS
from deploylint.commands.parser import Parser
from deploylint.commands.status import CLEAN, complain
from deploylint.completion import SHELLS, Command, Vocabulary, command_of
from deploylint.report import FORMATS
from deploylint.settings import PROGRAMS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")


def run(options: argparse.Namespace) -> int:
    """Print the script, with the rules that are installed now."""
    try:
        names = packs.all_names()
    except packs.PackError as error:
        return complain(str(error))
    vocabulary = Vocabulary(
        tuple(sorted(name.name for name in names)),
        tuple(sorted(selection.families_of(names))),
        PROGRAMS,
        FORMATS,
    )
    sys.stdout.write(completion.script(options.shell, _commands(), vocabulary))
    return CLEAN


def _commands() -> list[Command]:
    """Everything that the command line takes; `deploylint PATH` is `deploylint check PATH`."""
    found = []
    for name, about in COMMANDS.items():
        parser = Parser(prog=f"deploylint {name}")
        import_module(f"deploylint.commands.{name}").add_arguments(parser)
        found.append(command_of(name, about, parser))
    return found
