"""The options of uWSGI are those that the installed uWSGI lists, which has a part of the plug-ins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deploylint.vocabulary import uwsgi

pytestmark = pytest.mark.oracle("uwsgi")

FOLDERS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


@pytest.fixture(scope="module")
def program():
    return shutil.which("uwsgi", path=FOLDERS)


@pytest.fixture(scope="module")
def dumped(program):
    said = subprocess.run(
        [program, "--dump-options"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return {line.strip() for line in said.splitlines() if line.strip()}


def test_names(dumped):
    assert len(dumped) > 500
    assert sorted(dumped - set(uwsgi.names())) == []


def test_the_core_is_complete(dumped):
    core = {
        name
        for name in uwsgi.names()
        if (option := uwsgi.option(name)) and not option.plugin and not option.conditions
    }
    assert sorted(core - dumped) == []


def test_arguments(program, dumped):
    """On the command line, an option without an argument refuses one."""
    names = sorted(
        name
        for name in dumped
        if uwsgi.option(name).argument == "no" and uwsgi.option(name).kind == "boolean"
    )
    wrong = []
    for name in names[::12]:
        command = [program, f"--{name}=x", "--get", "chdir"]
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stderr
        if "doesn't allow an argument" not in said:
            wrong.append((name, said[-200:]))
    assert wrong == []
