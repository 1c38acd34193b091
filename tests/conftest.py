"""Oracles: tests that ask a real program are skipped where it is not installed."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something about the machine only.
settings.register_profile("deploylint", deadline=None)
settings.load_profile("deploylint")

PROGRAMS = {"nginx": "nginx", "systemd": "systemd-analyze", "uwsgi": "uwsgi"}
MODULES = {"gunicorn": "gunicorn", "supervisor": "supervisor", "mkdocs": "material"}


def installed(program):
    if program in MODULES:
        return importlib.util.find_spec(MODULES[program]) is not None
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", str(Path(sys.executable).parent)])
    return shutil.which(PROGRAMS.get(program, program), path=folders) is not None


def pytest_runtest_setup(item):
    for marker in item.iter_markers("oracle"):
        for program in marker.args:
            if not installed(program):
                if os.environ.get("DEPLOYLINT_ORACLES") == "required":
                    pytest.fail(f"{program} is not installed, and DEPLOYLINT_ORACLES=required", pytrace=False)
                pytest.skip(f"{program} is not installed")
