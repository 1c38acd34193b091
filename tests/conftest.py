"""Oracles: tests that ask a real program are skipped where it is not installed."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import settings
from support import ENVIRONMENT

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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """A folder with what a wheel of this checkout holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = f"import hatchling.build; print(hatchling.build.build_wheel({str(folder)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", build],
        cwd=Path(__file__).parents[1],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"
