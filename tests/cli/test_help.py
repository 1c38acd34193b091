"""What `--help` says: something of every option, within the width of the terminal."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from deploylint.commands import COMMANDS
from deploylint.commands.parser import Parser

PROGRAM = Path(sys.executable).parent / "deploylint"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_told_of(name):
    parser = Parser(prog=f"deploylint {name}")
    import_module(f"deploylint.commands.{name}").add_arguments(parser)
    assert [action.dest for action in parser._actions if not action.help] == []


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("columns", [60, 100])
def test_help_fits(name, columns):
    done = subprocess.run(
        [PROGRAM, name, "--help"],
        env={**os.environ, "COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        check=True,
    )
    first, *lines = done.stdout.splitlines()
    assert first.startswith(f"usage: deploylint {name} ")
    # The choices of an option are one word.
    assert [line for line in lines if len(line) > columns and "{" not in line] == []
    assert done.stderr == ""
