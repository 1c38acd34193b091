"""Which paths `.gitignore` files and the settings leave out."""

import os
from collections.abc import Sequence

from deploylint.reading import read_text
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.globs import Globs

LONGEST = 256 * 1024
"""Bytes of a `.gitignore` file; a longer one counts as empty, since every name is held against every pattern."""

# A folder with a slash at its end, and the patterns that are relative to it.
_Level = tuple[str, "Globs"]


class Ignore:
    """Calling it with an absolute path (folders end with a slash) tells whether the path is left out.

    `.gitignore` files count from the repository's root down to the path's folder; the nearest one that
    says anything decides, as in git. `patterns` are the settings' `exclude`, relative to `base`; no
    `.gitignore` takes them back. Without a repository the search ends at the linted folder.
    """

    def __init__(self, roots: Sequence[str], patterns: Sequence[str], base: str) -> None:
        self._stops = {os.path.abspath(root) for root in roots}  # noqa: PTH100
        self._settings: _Level | None = None
        if patterns:
            self._settings = _ends_with_slash(os.path.abspath(base)), _globs(patterns)  # noqa: PTH100
        self._levels: dict[str, tuple[_Level, ...]] = {}

    def __call__(self, path: str) -> bool:
        if self._settings is not None and _matches(self._settings, path):
            return True
        for level in self._levels_of(path.rstrip("/").rpartition("/")[0] or "/"):
            answer = _matches(level, path)
            if answer is not None:
                return answer
        return False

    def enter(self, folder: str, names: Sequence[str]) -> None:
        """Be told what is in a folder, so that nobody has to look for the files that count there."""
        above = self._levels.get(folder.rpartition("/")[0])
        if above is None or folder in self._levels or folder in self._stops or ".git" in names:
            return
        globs = _read(folder) if ".gitignore" in names else None
        self._levels[folder] = above if globs is None else ((_ends_with_slash(folder), globs), *above)

    def _levels_of(self, folder: str) -> tuple[_Level, ...]:
        """The `.gitignore` files that count in a folder, the nearest first."""
        missing = []
        while folder not in self._levels:
            missing.append(folder)
            if self._is_top(folder):
                break
            folder = os.path.dirname(folder)  # noqa: PTH120
        levels = self._levels.get(folder, ())
        for below in reversed(missing):
            globs = _read(below)
            if globs is not None:
                levels = ((_ends_with_slash(below), globs), *levels)
            self._levels[below] = levels
        return levels

    def _is_top(self, folder: str) -> bool:
        if os.path.dirname(folder) == folder or os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118, PTH120
            return True
        return folder in self._stops and not _is_in_repository(folder)


def _is_in_repository(folder: str) -> bool:
    while (parent := os.path.dirname(folder)) != folder:  # noqa: PTH120
        folder = parent
        if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return True
    return False


def _matches(level: _Level, path: str) -> bool | None:
    base, globs = level
    return globs.within(path[len(base) :]) if path.startswith(base) else None


def _ends_with_slash(folder: str) -> str:
    return folder.rstrip("/") + "/"


def _read(folder: str) -> "Globs | None":
    path = os.path.join(folder, ".gitignore")  # noqa: PTH118
    if os.path.islink(path) or not os.path.isfile(path):  # noqa: PTH113, PTH114  git follows no link either
        return None
    try:
        return _globs(read_text(path, LONGEST).removeprefix("\ufeff").split("\n"))
    except OSError:
        return None


def _globs(patterns: Sequence[str]) -> "Globs":
    from deploylint.globs import Globs  # noqa: PLC0415  few runs have patterns

    return Globs(patterns)
