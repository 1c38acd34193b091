"""From paths to sources: walk folders, read files, recognise formats. The only part that reads the disk.

What is named on the command line is read or reported as a problem; what is merely met in a folder
and is not ours is left alone silently. Symbolic links that are met and lead out of the folder are
not followed, and what is no regular file is never opened (see `reading`).
"""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Problem
from deploylint.limits import MAX_FILE_SIZE, NO_MEMORY, parse_size
from deploylint.reading import Folder, TooLargeError, read_below, read_head, read_text
from deploylint.recognition import could_be_ours, recognise
from deploylint.source import Source
from deploylint.tree import Indexed

# Folders that hold no deployment of the project itself.
PRUNED = frozenset(
    ".git .hg .svn .tox .nox .venv venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .eggs __pycache__ "
    "node_modules site-packages bower_components .terraform .idea .vscode".split()
)

LIMIT = parse_size(MAX_FILE_SIZE)

Exclude = Callable[[str], bool]


@dataclass(slots=True)
class Found:
    """What discovery brings: sources with their formats, what went wrong, and the names of files given one by one.

    `limit`: how many bytes of a file are read at most.
    """

    sources: list[tuple[Source, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    limit: int = LIMIT


def display(path: str) -> str:
    """The path as reports show it: relative to the working folder, with forward slashes."""
    return os.path.relpath(path).replace(os.sep, "/")


class DiskTree(Indexed):
    """The files under the roots. Listed on first use; a rule that only looks at its own file pays nothing."""

    def __init__(self, roots: Sequence[str], exclude: Exclude, limit: int = LIMIT) -> None:
        self._roots = [os.path.abspath(root) for root in roots]  # noqa: PTH100
        self._exclude = exclude
        self._limit = limit

    @cached_property
    def _real_roots(self) -> list[str]:
        return [os.path.realpath(root) for root in self._roots]

    @cached_property
    def _listing(self) -> tuple[dict[str, None], dict[str, None]]:
        files: dict[str, None] = {}
        folders: dict[str, None] = {}
        for root in self._roots:
            for folder, entries in walk(root, self._exclude, []):
                shown = display(folder)
                folders[shown] = None
                prefix = "" if shown == "." else shown + "/"
                files.update((prefix + entry.name, None) for entry in entries)
        return files, folders

    @cached_property
    def files(self) -> Collection[str]:  # type: ignore[override]
        return self._listing[0].keys()

    @cached_property
    def folders(self) -> Collection[str]:  # type: ignore[override]
        return self._listing[1].keys()

    def read(self, path: str) -> Source | None:
        """The text of a regular file inside the roots, up to the limit; None for everything else."""
        try:
            real = os.path.realpath(path)
            root = next((root for root in self._real_roots if _is_below(real, root)), None)
            return (
                None if root is None else Source(path, read_below(root, _seen_from(root, real), self._limit))
            )
        except (OSError, ValueError, MemoryError):
            return None


def walk(
    root: str, exclude: Exclude, problems: list[Problem]
) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Folders under a root with their other entries, sorted; links to folders are not followed.

    A folder that cannot be listed is added to `problems`, unless it is gone.
    """
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(Problem(_reason(error), display(folder)))
            continue
        full = os.path.abspath(folder).rstrip("/")  # noqa: PTH100
        files, below = [], []
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                if not exclude(f"{full}/{entry.name}"):
                    files.append(entry)
            elif not _is_pruned(entry) and not exclude(f"{full}/{entry.name}/"):
                below.append(entry.path)
        pending += reversed(below)
        yield folder, files


def _is_pruned(entry: os.DirEntry[str]) -> bool:
    """Version control, caches, installed packages; a virtual environment is known by its `pyvenv.cfg`."""
    return entry.name in PRUNED or os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))  # noqa: PTH110, PTH118


def discover(
    paths: Sequence[str], exclude: Exclude, *, force_exclude: bool = False, limit: int = LIMIT
) -> Found:
    """Read everything that the paths name. Each real file counts once; its own name beats that of a link to it.

    A file of more than `limit` bytes is a problem, unless it is merely met and not ours.
    """
    found = Found(limit=limit)
    seen: set[str] = set()
    for path in paths:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116
        except (OSError, ValueError) as error:
            found.problems.append(Problem(_reason(error), display(path)))
            continue
        if stat.S_ISDIR(mode):
            _folder(path, exclude, found, seen)
        elif not (force_exclude and is_excluded(path, exclude)):
            _named(path, found, seen)
    found.sources.sort(key=lambda item: item[0].path)
    return found


def is_excluded(path: str, exclude: Exclude) -> bool:
    """Whether a walk would not have come to a file: the file or a folder above it is left out."""
    parts = display(path).split("/")
    if PRUNED.intersection(parts) or exclude(os.path.abspath(path)):  # noqa: PTH100
        return True
    above = ["/".join(parts[:count]) for count in range(1, len(parts)) if parts[count - 1] != ".."]
    return any(exclude(os.path.abspath(folder) + "/") for folder in above)  # noqa: PTH100


def _named(path: str, found: Found, seen: set[str]) -> None:
    real = os.path.realpath(path)
    found.named.add(display(path))
    if real in seen:
        return
    seen.add(real)
    try:
        source = Source(display(path), read_text(path, found.limit))
    except (OSError, MemoryError) as error:
        found.problems.append(Problem(_reason(error), display(path)))
        return
    name = recognise(source.path, source.text)
    if name is None:
        found.problems.append(Problem("not a deployment file that deploylint knows", source.path))
    else:
        found.sources.append((source, name))


def _folder(root: str, exclude: Exclude, found: Found, seen: set[str]) -> None:
    real_root = os.path.realpath(root)
    links = []
    for folder, entries in walk(root, exclude, found.problems):
        real_folder = os.path.realpath(folder)
        if not _is_below(real_folder, real_root):
            continue
        shown = display(folder)
        prefix = "" if shown == "." else shown + "/"
        with Folder(real_folder) as real:
            for entry in entries:
                if not could_be_ours(entry.path.replace(os.sep, "/")):
                    continue
                if entry.is_symlink():
                    links.append(entry)
                elif entry.is_file(follow_symlinks=False):
                    _met(prefix + entry.name, real, entry.name, found, seen)
    with Folder(real_root) as top:
        for entry in links:
            target = os.path.realpath(entry.path)
            if _is_below(target, real_root) and os.path.isfile(target):  # noqa: PTH113
                _met(display(entry.path), top, _seen_from(real_root, target), found, seen)


def _met(path: str, folder: Folder, below: str, found: Found, seen: set[str]) -> None:
    """Take a file that the walk came across; `below` is where it really is, seen from a real folder."""
    real = f"{folder.path.rstrip('/')}/{below}"
    if real in seen:
        return
    seen.add(real)
    try:
        source = Source(path, folder.read(below, found.limit))
    except FileNotFoundError:
        return
    except (OSError, MemoryError) as error:
        if not isinstance(error, TooLargeError) or recognise(path, read_head(path)) is not None:
            found.problems.append(Problem(_reason(error), path))
        return
    name = recognise(source.path, source.text)
    if name is not None:
        found.sources.append((source, name))


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _seen_from(root: str, path: str) -> str:
    """A path below a root, without the root."""
    return path[len(root.rstrip(os.sep)) + 1 :]


def _reason(error: Exception) -> str:
    if isinstance(error, TooLargeError):
        return f"not checked: {error} (max-file-size)"
    if isinstance(error, MemoryError):
        return NO_MEMORY
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read: {text}"
