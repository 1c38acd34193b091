"""`[include] files`: which fragments of the project a main file reads (supervisor/options.py, `read_config`)."""

from collections.abc import Sequence
from functools import lru_cache
from posixpath import dirname, join, normpath

from deploylint.formats.supervisor.nodes import File
from deploylint.pattern import pattern

_HERE = "%(here)s"
_WILD = pattern(r"[*?\[]")


def patterns(main: File) -> list[str]:
    """The words of `files`, as written, of the last `[include]` that has any."""
    for section in reversed(main.sections):
        if section.title == "include" and (option := section.get("files")) is not None:
            return option.value.split()
    return []


def included(main: File, fragments: tuple[File, ...]) -> list[File]:
    """The fragments in the order in which supervisord reads them: pattern by pattern, sorted by path.

    Relative patterns start at the main file's folder. Absolute ones name paths of the server: a fragment matches
    when its path ends like the pattern, in two components at least, and the more of them the better.
    """
    found: dict[str, File] = {}
    here = dirname(main.path)
    for written in patterns(main):
        relative = written.removeprefix(_HERE).lstrip("/") if written.startswith(_HERE) else written
        if relative.startswith("/"):
            matching = _on_server(relative, main, fragments)
        elif "%(" in relative:
            matching = []
        else:
            wanted = normpath(join(here, relative))
            folder = dirname(wanted)
            # A folder is written out nearly always.
            near = fragments if _WILD.search(folder) else _by_folder(fragments).get(folder, ())
            matching = [file for file in near if _matches(normpath(file.path).split("/"), wanted.split("/"))]
        for file in sorted(matching, key=lambda file: file.path):
            found.setdefault(file.path, file)
    return list(found.values())


@lru_cache(maxsize=1)
def _by_folder(fragments: tuple[File, ...]) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    for file in fragments:
        found.setdefault(dirname(normpath(file.path)), []).append(file)
    return found


def _on_server(pattern: str, main: File, fragments: Sequence[File]) -> list[File]:
    """The fragments of one folder whose paths end like an absolute pattern; the folder nearest to the main file."""
    components = [part for part in pattern.split("/") if part]
    deepest = max((file.path.count("/") + 1 for file in fragments), default=0)
    for length in range(min(len(components), deepest), 1, -1):
        folders: dict[str, list[File]] = {}
        for file in fragments:
            if _matches(file.path.split("/")[-length:], components[-length:]):
                folders.setdefault(dirname(file.path), []).append(file)
        if folders:
            return folders[min(folders, key=lambda folder: (-_shared(folder, main.path), folder))]
    return []


def _shared(folder: str, path: str) -> int:
    """How many folders the two have in common."""
    count = 0
    for left, right in zip(folder.split("/"), path.split("/")[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count


def _matches(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """`glob` without `**`, one component after the other; a wildcard never matches a leading dot."""
    from fnmatch import fnmatchcase  # noqa: PLC0415  most projects include nothing

    return len(path) == len(pattern) and all(
        fnmatchcase(name, wanted) and (not name.startswith(".") or wanted.startswith("."))
        for name, wanted in zip(path, pattern, strict=True)
    )
