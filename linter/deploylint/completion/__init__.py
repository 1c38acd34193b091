"""Completion scripts for shells, made from what the parsers declare: nothing is listed a second time.

Each shell has a module with `script(commands, vocabulary) -> str`. What the value of an argument can be is told by
its choices, else by its metavar (`KINDS`).
"""

import argparse
from collections.abc import Sequence
from importlib import import_module

from deploylint.dataclass import dataclass
from deploylint.enumeration import Enum


class Kind(Enum):
    """What a value is."""

    NOTHING = "nothing"
    CHOICE = "choice"
    FILE = "file"
    FOLDER = "folder"
    RULE = "rule"
    RULES = "rules"
    TARGET = "target"
    REPORT = "report"
    OTHER = "value"  # a number or a word that nobody can list


KINDS = {
    "PATH": Kind.FILE,
    "FILE": Kind.FILE,
    "FILE:LINE": Kind.FILE,
    "DIR": Kind.FOLDER,
    "RULE | TEXT": Kind.RULE,
    "RULES": Kind.RULES,
    "PROGRAM=VERSION": Kind.TARGET,
    "FORMAT=FILE": Kind.REPORT,
    "SIZE": Kind.NOTHING,
    "SECONDS": Kind.NOTHING,
}

SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True, slots=True)
class Value:
    """What may stand behind an option, or as an argument."""

    kind: Kind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One option with all its names."""

    names: tuple[str, ...]
    about: str
    value: Value
    repeats: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Of its arguments the last may be repeated; there may be none."""

    name: str
    about: str
    options: tuple[Option, ...]
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that are not in the parsers: `rules` by name, `families` that stand for several, programs, formats."""

    rules: tuple[str, ...]
    families: tuple[str, ...]
    programs: tuple[str, ...]
    formats: tuple[str, ...]


def command_of(name: str, about: str, parser: argparse.ArgumentParser) -> Command:
    """What a parser declares."""
    options, arguments = [], []
    for action in parser._actions:  # noqa: SLF001  argparse has no public way to ask
        value = _value(action)
        if action.option_strings:
            repeats = isinstance(action, argparse._AppendAction)  # noqa: SLF001
            options.append(Option(tuple(action.option_strings), action.help or "", value, repeats))
        else:
            arguments.append(value)
    return Command(name, about, tuple(options), tuple(arguments))


def _value(action: argparse.Action) -> Value:
    if action.nargs == 0:
        return Value(Kind.NOTHING)
    if action.choices is not None:
        return Value(Kind.CHOICE, tuple(map(str, action.choices)))
    return Value(KINDS.get(str(action.metavar), Kind.OTHER))


def script(shell: str, commands: Sequence[Command], vocabulary: Vocabulary) -> str:
    """The script for one of `SHELLS`."""
    text: str = import_module(f"deploylint.completion.{shell}").script(commands, vocabulary)
    return text
