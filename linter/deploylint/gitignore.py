"""Which paths `.gitignore` files and the settings leave out."""

import os
from collections.abc import Sequence
from functools import cache

from pathspec import GitIgnoreSpec


class Ignore:
    """Calling it with a path (folders end with a slash) tells whether the path is left out.

    `.gitignore` files count from the repository's root down to the path's folder, the nearest one
    that says anything decides, as in git. `patterns` are the settings' `exclude`, relative to `base`.
    """

    def __init__(self, roots: Sequence[str], patterns: Sequence[str], base: str) -> None:
        self._stops = {os.path.abspath(root) for root in roots}  # noqa: PTH100
        self._base = os.path.abspath(base)  # noqa: PTH100
        self._settings = GitIgnoreSpec.from_lines(patterns)
        self._spec = cache(_read_spec)
        self._tops = cache(self._repository)

    def __call__(self, path: str) -> bool:
        full = os.path.abspath(path)  # noqa: PTH100
        mark = "/" if path.endswith("/") else ""
        relative = os.path.relpath(full, self._base)
        if not relative.startswith("..") and self._settings.match_file(relative + mark):
            return True
        folder, top = os.path.dirname(full), self._tops(os.path.dirname(full))  # noqa: PTH120
        while True:
            spec = self._spec(folder)
            if spec is not None:
                result = spec.check_file(os.path.relpath(full, folder) + mark)
                if result.include is not None:
                    return result.include
            if folder == top or os.path.dirname(folder) == folder:  # noqa: PTH120
                return False
            folder = os.path.dirname(folder)  # noqa: PTH120

    def _repository(self, folder: str) -> str:
        """The folder at which the search for `.gitignore` ends: the repository's root, else the linted folder."""
        last = folder
        while True:
            if os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
                return folder
            if folder in self._stops:
                last = folder
            parent = os.path.dirname(folder)  # noqa: PTH120
            if parent == folder:
                return last
            folder = parent


def _read_spec(folder: str) -> GitIgnoreSpec | None:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH118, PTH123
            return GitIgnoreSpec.from_lines(file)
    except OSError:
        return None
