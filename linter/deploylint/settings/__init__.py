"""Settings: found in `deploylint.toml` or `[tool.deploylint]`, checked strictly, overridden by the command line.

The nearest of the two, going up from the first path that is linted, is the only one that counts. An
unknown key is an error: a misspelt setting that is silently ignored is what this program is about.
Settings never name code to load: they belong to the repository under test.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from deploylint.dataclass import dataclass, field
from deploylint.limits import MAX_FILE_SECONDS, MAX_FILE_SIZE, SIZE
from deploylint.pattern import pattern
from deploylint.vocabulary.nearest import nearest

FILE_NAME = "deploylint.toml"
FAIL_ON = ("error", "warning", "note", "never")
SEVERITIES = ("error", "warning", "note")
PROGRAMS = ("nginx", "systemd", "supervisor", "gunicorn", "uwsgi", "python")
VERSION = r"[0-9]{1,9}(\.[0-9]{1,9})*"

_VERSION = pattern(VERSION)
_SIZE = pattern(SIZE)
_SECONDS = pattern("[1-9][0-9]{0,8}")


class SettingsError(Exception):
    """Settings that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """`[[deployment]]`: files that belong together, whatever the layout suggests.

    `files` are globs relative to the settings file. `host_paths` maps folders of the server to
    folders of the repository (`"/srv/app" = "."`).
    """

    name: str
    files: tuple[str, ...] = ()
    host_paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings. Field names with dashes are the keys of the settings file (`settings.keys`).

    `select` empty means the default set. `target` maps a program to a version (`"1.24"`). `baseline` is the path
    of the file with known findings, from the working folder. `base` is the folder that globs are relative to,
    `origin` the file they came from (None for the defaults).
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    pedantic: bool = False
    fail_on: str = "warning"
    baseline: str | None = None
    exclude: tuple[str, ...] = ()
    target: Mapping[str, str] = field(default_factory=dict)
    host_paths: Mapping[str, str] = field(default_factory=dict)
    deployment: tuple[Deployment, ...] = ()
    max_file_size: str = MAX_FILE_SIZE
    max_file_seconds: float = MAX_FILE_SECONDS
    base: str = "."
    origin: str | None = None


def find(start: str) -> str | None:
    """The settings file that holds for a path: the nearest one in its folder or above, up to the repository's root.

    Raises SettingsError for one that lies somewhere else: a link must not make a linted repository show other files.
    """
    folder = os.path.abspath(start)  # noqa: PTH100
    if not os.path.isdir(folder):  # noqa: PTH112
        folder = os.path.dirname(folder)  # noqa: PTH120
    while True:
        for name in (FILE_NAME, "pyproject.toml"):
            path = os.path.join(folder, name)  # noqa: PTH118
            if _holds_settings(path, name):
                return os.path.relpath(path)
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return None
        folder = parent


def root_of(path: str) -> str:
    """The repository around a path; without one, the path's own folder."""
    start = os.path.abspath(path)  # noqa: PTH100
    start = start if os.path.isdir(start) else os.path.dirname(start)  # noqa: PTH112, PTH120
    folder = start
    while True:
        if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return folder
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return start
        folder = parent


def _holds_settings(path: str, name: str) -> bool:
    if not os.path.isfile(path):  # noqa: PTH113
        return False
    root = os.path.realpath(root_of(path))
    if not os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep):
        raise SettingsError(
            f"{os.path.relpath(path)}: a link that leads out of the repository; name the file with --config"
        )
    return name == FILE_NAME or "[tool.deploylint" in read_file(path)


def read_file(path: str) -> str:
    """The text of a settings file.

    Raises SettingsError when it cannot be read.
    """
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            return file.read()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: cannot be read: it is not UTF-8") from None


def load(path: str) -> Settings:
    """Read and check a settings file.

    Raises SettingsError for anything that is not exactly right.
    """
    from deploylint.settings.reader import read  # noqa: PLC0415  most runs have no settings

    return read(path)


def limits(size: str | None, seconds: str | None) -> dict[str, str | int]:
    """The settings that `--max-file-size` and `--max-file-seconds` change.

    Raises SettingsError.
    """
    found: dict[str, str | int] = {}
    if size is not None:
        if not _SIZE.fullmatch(size):
            raise SettingsError(f"--max-file-size must be a size such as 10M, not {size!r}")
        found["max_file_size"] = size
    if seconds is not None:
        if not _SECONDS.fullmatch(seconds):
            raise SettingsError(f"--max-file-seconds must be a whole number from 1 up, not {seconds!r}")
        found["max_file_seconds"] = int(seconds)
    return found


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: the nearest known one, else all of them."""
    names = sorted(known)
    close = nearest(word, names)
    return f"; did you mean {close!r}?" if close else f"; known are {', '.join(names)}"


def parse_target(text: str) -> tuple[str, tuple[int, ...]]:
    """`nginx=1.24` -> ("nginx", (1, 24)).

    Raises SettingsError for an unknown program or a version that is not numbers with dots.
    """
    program, _, version = text.partition("=")
    if program not in PROGRAMS:
        raise SettingsError(f"unknown program {program!r}{suggestion(program, PROGRAMS)}")
    if not _VERSION.fullmatch(version):
        raise SettingsError(f"{version!r} is no version of {program}; write {program}=1.2")
    return program, tuple(int(part) for part in version.split("."))
