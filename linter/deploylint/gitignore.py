"""Which paths `.gitignore` files and the settings leave out."""

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# A folder with a slash at its end, and the patterns that are relative to it.
_Level = tuple[str, "GitIgnoreSpec"]


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
            self._settings = _ends_with_slash(os.path.abspath(base)), _spec(patterns)  # noqa: PTH100
        self._levels: dict[str, tuple[_Level, ...]] = {}

    def __call__(self, path: str) -> bool:
        if self._settings is not None and _matches(self._settings, path):
            return True
        for level in self._levels_of(os.path.dirname(path.rstrip("/"))):  # noqa: PTH120
            answer = _matches(level, path)
            if answer is not None:
                return answer
        return False

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
            spec = _read(below)
            if spec is not None:
                levels = ((_ends_with_slash(below), spec), *levels)
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
    base, spec = level
    return spec.check_file(path[len(base) :]).include if path.startswith(base) else None


def _ends_with_slash(folder: str) -> str:
    return folder.rstrip("/") + "/"


def _read(folder: str) -> "GitIgnoreSpec | None":
    path = os.path.join(folder, ".gitignore")  # noqa: PTH118
    if not os.path.isfile(path):  # noqa: PTH113
        return None
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            return _spec(file.read().splitlines())
    except OSError:
        return None


def _spec(patterns: Sequence[str]) -> "GitIgnoreSpec":
    """The patterns together. Like git, nothing is made of one that is none, such as `!` or `[z-a]`."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  takes as long to import as a small run

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines(filter(is_pattern, patterns))


def is_pattern(text: str) -> bool:
    """Whether a line of `.gitignore` says anything that can be understood."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415

    try:
        GitIgnoreSpec.from_lines([text])
    except (ValueError, re.error):
        return False
    return True
