"""The wheel is the same wherever and whenever it is built, and CI installs what requirements/ci.txt pins."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BUILD = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
PINS = (ROOT / "requirements" / "ci.txt").read_text(encoding="utf-8")


def built(folder, mask):
    """The digest of a wheel made of a copy of the checkout, whose files are as new as the copy."""
    folder.mkdir(parents=True)
    for name in ("linter", "rules", "grammars", "scripts"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            copy_function=shutil.copy,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, "dist"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": "1700000000"},
        umask=mask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return hashlib.sha256((folder / "dist" / done.stdout.split()[-1]).read_bytes()).hexdigest()


def test_the_wheel_is_reproducible(tmp_path):
    assert built(tmp_path / "one", 0o022) == built(tmp_path / "another" / "place", 0o022)


def requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(text for extra in project["optional-dependencies"].values() for text in extra),
    ]


@pytest.mark.parametrize("text", sorted(set(requirements())))
def test_what_is_asked_for_is_pinned(text):
    wanted = Requirement(text)
    pinned = re.search(rf"^{re.escape(wanted.name)}==(\S+)", PINS, re.MULTILINE | re.IGNORECASE)
    assert pinned, (
        f"run the command in CONTRIBUTING.md that writes requirements/ci.txt: {wanted.name} is missing"
    )
    assert wanted.specifier.contains(pinned[1])


def test_every_pin_has_hashes_and_names_no_place():
    pins = re.split(r"^(?=\S)", PINS, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in PINS
