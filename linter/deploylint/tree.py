"""The files around the ones that are linted, as far as a rule or the model may look at them."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.source import Source
from deploylint.typed import Protocol


class Tree(Protocol):
    """Names and texts of the files under the given roots; nothing outside them is ever read.

    Paths have forward slashes and are written as in reports (`Source.path`).
    """

    def __hash__(self) -> int: ...

    @property
    def files(self) -> Collection[str]:
        """Every file, ignored ones (version control, virtual environments, .gitignore) left out."""

    @property
    def folders(self) -> Collection[str]:
        """Every folder that holds a file, however deep; the root itself is `.` or as it was given."""

    def read(self, path: str) -> Source | None:
        """The text of a file, or None when there is none, it is outside the roots or cannot be read."""

    def named(self, name: str, folder: str = ".") -> Sequence[str]:
        """The files with this name in a folder, however deep, sorted."""

    def folders_named(self, name: str, folder: str = ".") -> Sequence[str]:
        """The folders with this name in a folder, however deep, sorted."""

    def below(self, folder: str) -> Sequence[str]:
        """The files in a folder, however deep, sorted; `.` is the working folder, where the root may be one above."""


class Indexed:
    """The look-ups of `Tree` over its two lists: a question costs no walk over all files."""

    files: Collection[str]
    folders: Collection[str]

    def named(self, name: str, folder: str = ".") -> Sequence[str]:
        return _inside(self._files_by_name.get(name, ()), folder)

    def folders_named(self, name: str, folder: str = ".") -> Sequence[str]:
        return _inside(self._folders_by_name.get(name, ()), folder)

    def below(self, folder: str) -> Sequence[str]:
        return _inside(self._sorted, folder)

    @cached_property
    def _files_by_name(self) -> dict[str, list[str]]:
        return _by_name(self.files)

    @cached_property
    def _folders_by_name(self) -> dict[str, list[str]]:
        return _by_name(self.folders)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)


class MemoryTree(Indexed):
    """A tree held in memory: for tests, editors and documentation examples."""

    def __init__(self, sources: Collection[Source]) -> None:
        self._sources = {source.path: source for source in sources}
        self.files = self._sources.keys()
        self.folders = {folder for path in self._sources for folder in _ancestors(path)}

    def read(self, path: str) -> Source | None:
        return self._sources.get(path)


class OverlayTree(Indexed):
    """A tree in which some files have other texts, and some are there that `below` does not have."""

    def __init__(self, below: Tree, sources: Mapping[str, Source]) -> None:
        self._below = below
        self._sources = sources

    @cached_property
    def files(self) -> Collection[str]:  # type: ignore[override]
        known = self._below.files
        return known if self._sources.keys() <= set(known) else {*known, *self._sources}

    @cached_property
    def folders(self) -> Collection[str]:  # type: ignore[override]
        known = self._below.folders
        added = {folder for path in self._sources for folder in _ancestors(path)}
        return known if added <= set(known) else {*known, *added}

    def read(self, path: str) -> Source | None:
        return self._sources.get(path) or self._below.read(path)


def _inside(paths: Sequence[str], folder: str) -> Sequence[str]:
    """The paths, which are sorted, that begin with a folder; for `.` those that do not lead out of it."""
    if not paths:
        return paths
    # "0" is the character after the slash, so the two bounds enclose what begins with the folder.
    if folder == ".":
        first, last = bisect_left(paths, "../"), bisect_left(paths, "..0")
        return paths if first == last else [*paths[:first], *paths[last:]]
    return paths[bisect_left(paths, f"{folder}/") : bisect_left(paths, f"{folder}0")]


def _by_name(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found


def _ancestors(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return [".", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))]
