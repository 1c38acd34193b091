"""From paths to sources: walk folders, read files, recognise formats. The only part that reads the disk.

What is named on the command line is read or reported as a problem; what is merely met in a folder
and is not ours is left alone silently. Nothing outside the roots is read: symbolic links that lead
out of them are not followed.
"""

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property

from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Problem
from deploylint.recognition import could_be_ours, recognise
from deploylint.source import Source

PRUNED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".venv",
        "venv",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".eggs",
        "__pycache__",
        "node_modules",
        "site-packages",
        "bower_components",
        ".terraform",
        ".idea",
        ".vscode",
    ]
)


@dataclass(slots=True)
class Found:
    """What discovery brings: sources with their formats, the tree around them, and what went wrong."""

    sources: list[tuple[Source, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)


def display(path: str) -> str:
    """The path as reports show it: relative to the working folder, with forward slashes."""
    return os.path.relpath(path).replace(os.sep, "/")


class DiskTree:
    """The files under the roots. Listed on first use; a rule that only looks at its own file pays nothing."""

    def __init__(self, roots: Sequence[str], exclude: Callable[[str], bool]) -> None:
        self._roots = [os.path.realpath(root) for root in roots]
        self._exclude = exclude

    @cached_property
    def _listing(self) -> tuple[dict[str, None], dict[str, None]]:
        files: dict[str, None] = {}
        folders: dict[str, None] = {}
        for root in self._roots:
            for folder, names in walk(root, self._exclude):
                folders[display(folder)] = None
                files.update((display(os.path.join(folder, name)), None) for name in names)  # noqa: PTH118
        return files, folders

    @property
    def files(self) -> Collection[str]:
        return self._listing[0].keys()

    @property
    def folders(self) -> Collection[str]:
        return self._listing[1].keys()

    def read(self, path: str) -> Source | None:
        """The text of a file inside the roots; None for everything else."""
        if not self.contains(path):
            return None
        try:
            return Source(path, read_text(path))
        except OSError:
            return None

    def contains(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots)


def read_text(path: str) -> str:
    """A regular file's text; undecodable bytes become lone surrogates, line ends stay as they are.

    Raises OSError, also for what is not a regular file; never blocks on a FIFO.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        pieces = []
        while piece := os.read(descriptor, 1 << 20):
            pieces.append(piece)
    finally:
        os.close(descriptor)
    return b"".join(pieces).decode("utf-8", "surrogateescape")


def walk(root: str, exclude: Callable[[str], bool]) -> Iterator[tuple[str, list[str]]]:
    """Folders under a root with the names of their files, sorted; links to folders are not followed."""
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        names, below = [], []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if (
                    entry.name not in PRUNED
                    and not _is_environment(entry.path)
                    and not exclude(entry.path + "/")
                ):
                    below.append(entry.path)
            elif not exclude(entry.path):
                names.append(entry.name)
        pending += reversed(below)
        yield folder, names


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))  # noqa: PTH110, PTH118


def excluder(roots: Iterable[str], patterns: Sequence[str], base: str) -> Callable[[str], bool]:
    """A test whether a path is excluded: by `.gitignore` files from a root down, or by the settings' patterns."""
    from deploylint.gitignore import Ignore  # noqa: PLC0415  needs pathspec, which costs as much as a small run

    return Ignore(list(roots), patterns, base)


def discover(paths: Sequence[str], exclude: Callable[[str], bool], *, force_exclude: bool = False) -> Found:
    """Read everything that the paths name. Each real file counts once, under the first name it is met by."""
    found = Found()
    seen: set[str] = set()
    for path in paths:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116
        except (OSError, ValueError) as error:
            found.problems.append(Problem(_reason(error), path))
            continue
        if stat.S_ISDIR(mode):
            _folder(path, exclude, found, seen)
        elif not (force_exclude and exclude(os.path.abspath(path))):  # noqa: PTH100
            _named(path, found, seen)
    found.sources.sort(key=lambda item: item[0].path)
    return found


def _named(path: str, found: Found, seen: set[str]) -> None:
    source = _open(path, found, seen)
    if source is None:
        return
    found.named.add(source.path)
    name = recognise(source.path, source.text)
    if name is None:
        found.problems.append(Problem("not a deployment file that deploylint knows", source.path))
    else:
        found.sources.append((source, name))


def _folder(root: str, exclude: Callable[[str], bool], found: Found, seen: set[str]) -> None:
    real_root = os.path.realpath(root)
    for folder, names in walk(root, exclude):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118
            if not could_be_ours(path.replace(os.sep, "/")) or not _is_inside(path, real_root):
                continue
            source = _open(path, found, seen)
            if source is not None and (kind := recognise(source.path, source.text)) is not None:
                found.sources.append((source, kind))


def _is_inside(path: str, root: str) -> bool:
    """Whether a met path is a regular file of the root; a link must not lead out of it."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return False
    except OSError:
        return not os.path.islink(path)  # noqa: PTH114  a dangling link is nothing; an unreadable file is a problem
    return os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep)


def _open(path: str, found: Found, seen: set[str]) -> Source | None:
    real = os.path.realpath(path)
    if real in seen:
        return None
    seen.add(real)
    try:
        return Source(display(path), read_text(path))
    except OSError as error:
        found.problems.append(Problem(_reason(error), display(path)))
        return None


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read: {text}"
