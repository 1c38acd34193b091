"""The files around the ones that are linted, as far as a rule or the model may look at them."""

from collections.abc import Collection
from typing import Protocol

from deploylint.source import Source


class Tree(Protocol):
    """Names and texts of the files under the given roots; nothing outside them is ever read.

    Paths have forward slashes and are written as in reports (`Source.path`).
    """

    @property
    def files(self) -> Collection[str]:
        """Every file, ignored ones (version control, virtual environments, .gitignore) left out."""

    @property
    def folders(self) -> Collection[str]:
        """Every folder that holds a file, however deep; the root itself is `.` or as it was given."""

    def read(self, path: str) -> Source | None:
        """The text of a file, or None when there is none, it is outside the roots or cannot be read."""


class MemoryTree:
    """A tree held in memory: for tests, editors and documentation examples."""

    __slots__ = ("_folders", "_sources")

    def __init__(self, sources: Collection[Source]) -> None:
        self._sources = {source.path: source for source in sources}
        self._folders = {folder for path in self._sources for folder in _ancestors(path)}

    @property
    def files(self) -> Collection[str]:
        return self._sources.keys()

    @property
    def folders(self) -> Collection[str]:
        return self._folders

    def read(self, path: str) -> Source | None:
        return self._sources.get(path)


def _ancestors(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return [".", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]
