"""From paths to sources: walk folders, read files, recognise formats. The only part that reads the disk.

What is named on the command line is read or reported as a problem; what is merely met in a folder
and is not ours is left alone silently. Symbolic links that are met and lead out of the folder are
not followed, and what is no regular file is never opened (see `reading`).
"""

import os
import stat
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Problem
from deploylint.document import Document
from deploylint.gitignore import Ignore
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
MANY = 200
"""Sources: with fewer all are read before another process is under way."""

# So many texts of so many code points are kept of files that are no documents.
_MOST_KEPT = 256
_LONGEST_KEPT = 65536

Exclude = Callable[[str], bool]


Files = list[tuple[str, list[str]]]
"""Folders as reports show them, each with the names of its files."""


@dataclass(slots=True)
class Found:
    """What discovery brings: sources with their formats, what went wrong, and the names of files given one by one.

    `limit`: how many bytes of a file are read at most. `listed`: what stood in the folders of the roots that were asked
    for, by their absolute paths. `early`: what came of sources that were parsed while others were still read.
    """

    sources: list[tuple[Source, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    limit: int = LIMIT
    listed: dict[str, Files] = field(default_factory=dict)
    early: dict[Source, Document | Exception] = field(default_factory=dict)


Steps = Generator[None, None, None]
"""A discovery, step by step: a folder, or a file that is named."""
GoOn = Callable[[Steps, Found], None]


@dataclass(slots=True)
class Listing:
    """One folder of a walk: where it is, how reports show it, and what is in it but folders, sorted by name."""

    full: str
    shown: str
    entries: list[os.DirEntry[str]]

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]


def display(path: str) -> str:
    """The path as reports show it: relative to the working folder, with forward slashes."""
    return os.path.relpath(path).replace(os.sep, "/")


class DiskTree(Indexed):
    """The files under the roots. Listed on first use; a rule that only looks at its own file pays nothing.

    `listed` are the roots that somebody has walked through already.
    """

    def __init__(
        self,
        roots: Sequence[str],
        exclude: Exclude,
        limit: int = LIMIT,
        listed: Mapping[str, Files] = MappingProxyType({}),
    ) -> None:
        self._roots = [os.path.abspath(root) for root in roots]  # noqa: PTH100
        self._exclude = exclude
        self._limit = limit
        self._listed = listed
        self._kept: dict[str, Source] = {}

    @cached_property
    def _real_roots(self) -> list[str]:
        return [os.path.realpath(root) for root in self._roots]

    @cached_property
    def _listing(self) -> tuple[dict[str, None], dict[str, None]]:
        files: dict[str, None] = {}
        folders: dict[str, None] = {}
        for root in self._roots:
            listed = self._listed.get(root)
            if listed is None:
                listed = [(one.shown, one.names) for one in walk(root, self._exclude, [])]
            for shown, names in listed:
                folders[shown] = None
                prefix = _prefix(shown)
                for name in names:
                    files[prefix + name] = None
        return files, folders

    @cached_property
    def files(self) -> Collection[str]:  # type: ignore[override]
        return self._listing[0].keys()

    @cached_property
    def folders(self) -> Collection[str]:  # type: ignore[override]
        return self._listing[1].keys()

    def read(self, path: str) -> Source | None:
        """The text of a regular file inside the roots, up to the limit; None for everything else.

        Rules ask for the same modules and manifests one after the other: short ones that were read last are kept.
        """
        kept = self._kept
        source = kept.get(path)
        if source is None:
            source = self._read(path)
            if source is not None and len(source.text) <= _LONGEST_KEPT:
                if len(kept) == _MOST_KEPT:
                    del kept[next(iter(kept))]
                kept[path] = source
        return source

    def _read(self, path: str) -> Source | None:
        try:
            real = os.path.realpath(path)
            root = next((root for root in self._real_roots if _is_below(real, root)), None)
            return (
                None if root is None else Source(path, read_below(root, _seen_from(root, real), self._limit))
            )
        except (OSError, ValueError, MemoryError):
            return None


def walk(root: str, exclude: Exclude, problems: list[Problem]) -> Iterator[Listing]:
    """The folders under a root; links to folders are not followed.

    A folder that cannot be listed is added to `problems`, unless it is gone.
    """
    pending = [(root, os.path.abspath(root).rstrip("/"), display(root))]  # noqa: PTH100
    # Seen from a folder below, the one above may have another name than its path.
    here = not pending[0][2].startswith("..")
    while pending:
        folder, full, shown = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=_name)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(Problem(_reason(error), shown))
            continue
        names = list(map(_name, entries))
        if "pyvenv.cfg" in names and folder is not root:
            continue  # a virtual environment
        if isinstance(exclude, Ignore):
            exclude.enter(full, names)
        files: list[os.DirEntry[str]] = []
        below: list[tuple[str, str, str]] = []
        for entry in entries:
            name = entry.name
            if not entry.is_dir(follow_symlinks=False):
                if not exclude(f"{full}/{name}"):
                    files.append(entry)
            elif name not in PRUNED and not exclude(f"{full}/{name}/"):
                path = entry.path
                below.append((path, f"{full}/{name}", _prefix(shown) + name if here else display(path)))
        pending += reversed(below)
        yield Listing(full, shown, files)


_name = attrgetter("name")


def _prefix(shown: str) -> str:
    """What stands before the names of a folder's files in reports."""
    return "" if shown == "." else f"{shown}/"


def discover(
    paths: Sequence[str],
    exclude: Exclude,
    *,
    force_exclude: bool = False,
    limit: int = LIMIT,
    listing: Sequence[str] = (),
    many: GoOn | None = None,
) -> Found:
    """Read everything that the paths name. Each real file counts once; its own name beats that of a link to it.

    A file of more than `limit` bytes is a problem, unless it is merely met and not ours. `listing` are the roots of which
    `Found.listed` is wanted, as far as the paths name them. `many` goes through the steps that are left once there are
    `MANY` sources.
    """
    found = Found(limit=limit)
    steps = _steps(paths, exclude, found, force_exclude=force_exclude, listing=listing)
    enough = False
    for _ in steps:
        if enough and many is not None:
            many(steps, found)
            break
        enough = len(found.sources) >= MANY  # and perhaps that was all
    found.sources.sort(key=lambda item: item[0].path)
    return found


def _steps(
    paths: Sequence[str], exclude: Exclude, found: Found, *, force_exclude: bool, listing: Sequence[str]
) -> Steps:
    """Read one folder after the other, and what the paths name besides."""
    wanted = {os.path.abspath(root) for root in listing}  # noqa: PTH100
    seen: set[str] = set()
    for path in paths:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116
        except (OSError, ValueError) as error:
            found.problems.append(Problem(_reason(error), display(path)))
            continue
        if stat.S_ISDIR(mode):
            full = os.path.abspath(path)  # noqa: PTH100
            listed = found.listed.setdefault(full, []) if full in wanted else None
            yield from _folder(path, exclude, found, seen, listed)
        elif not (force_exclude and is_excluded(path, exclude)):
            _named(path, found, seen)
            yield


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


def _folder(
    root: str, exclude: Exclude, found: Found, seen: set[str], listed: Files | None
) -> Iterator[None]:
    real_root = os.path.realpath(root)
    top = len(os.path.abspath(root).rstrip("/"))  # noqa: PTH100
    links = []
    for one in walk(root, exclude, found.problems):
        if listed is not None:
            listed.append((one.shown, one.names))
        prefix = _prefix(one.shown)
        with Folder(real_root, one.full[top + 1 :]) as real:
            for entry in one.entries:
                if not could_be_ours(entry.path.replace(os.sep, "/")):
                    continue
                if entry.is_symlink():
                    links.append(entry)
                elif entry.is_file(follow_symlinks=False):
                    _met(prefix + entry.name, real, entry.name, found, seen)
        yield
    with Folder(real_root) as real:
        for entry in links:
            target = os.path.realpath(entry.path)
            if _is_below(target, real_root) and os.path.isfile(target):  # noqa: PTH113
                _met(display(entry.path), real, _seen_from(real_root, target), found, seen)


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
