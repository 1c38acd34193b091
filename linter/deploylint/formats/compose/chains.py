"""Compose files that the project's own commands put together: `docker compose -f base.yml -f prod.yml up`.

Scripts, Makefiles and pipelines are looked through for such commands and for `COMPOSE_FILE`, and `.env` for the latter
(docs.docker.com/compose/how-tos/environment-variables/envvars). Only plain paths count, and only where one folder,
that of the file that names them or one above it or one that it changes to, has them all.
"""

import posixpath
from collections.abc import Callable, Iterator

from deploylint.pattern import MULTILINE, pattern
from deploylint.tree import Tree

_SCRIPTS = (".sh", ".bash", ".mk")
_NAMES = frozenset({"Makefile", "makefile", "GNUmakefile", ".gitlab-ci.yml", ".env"})
_WORKFLOWS = ".github/workflows"
_MOST_FILES = 200
_MOST_LISTS = 50  # of files that one file names
_MOST_CHANGES = 20  # of the folder in one file
_LONGEST = 20  # files of a chain
_COMMAND = pattern(r"\bdocker(?:-|[ \t]++)compose(?=[ \t])((?:(?!\bdocker(?:-|[ \t]++)compose[ \t])[^\n])*+)")
_VARIABLE = pattern(
    r"^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?COMPOSE_FILE[ \t]*(?:[:?]?=|:)[ \t]*([^\s;&]+)[ \t]*$", MULTILINE
)
_FOLDER = pattern(
    r"(?:\b(?:cd|pushd)|\bworking-directory:)[ \t]++[\"']?([\w.][\w./-]*)[\"']?[ \t]*(?=$|[;&|)])",
    MULTILINE,
)
_PLAIN = pattern(r"[\w.][\w./-]*")
_WITH_VALUE = frozenset(
    "-p --project-name --profile --env-file --ansi --parallel --progress -H --host -c --context".split()
)


def chains(tree: Tree, is_there: Callable[[str], bool]) -> dict[tuple[str, ...], None]:
    """The files of each command, base first and each list once: one file where no other is put over it.

    The empty list stands for a command that names no file, so that compose takes those of the usual names.
    """
    found: dict[tuple[str, ...], None] = {}
    for path in _places(tree):
        source = tree.read(path)
        if source is None or not ("compose" in source.text or "COMPOSE_FILE" in source.text):
            continue
        lines = source.text.replace("\r\n", "\n").replace("\\\n", " ")
        own = posixpath.dirname(path) or "."
        if path.endswith(".env"):
            named, bases = _in_variables(lines), [own]
        else:
            named, bases = _in_commands(lines), _bases(own, lines)
        for written in list(dict.fromkeys(named))[:_MOST_LISTS]:
            there = {
                files
                for base in bases
                if all(
                    map(
                        is_there, files := tuple(posixpath.normpath(posixpath.join(base, x)) for x in written)
                    )
                )
            }
            if len(there) == 1:
                found[there.pop()] = None
    return found


def _places(tree: Tree) -> list[str]:
    """The files that may name chains, the upper ones first."""
    found = [path for path in tree.files if _may_name(path)]
    return sorted(found, key=lambda path: (path.count("/"), path))[:_MOST_FILES]


def _may_name(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return (
        name.endswith(_SCRIPTS)
        or name in _NAMES
        or (name.endswith((".yml", ".yaml")) and (folder == _WORKFLOWS or folder.endswith(f"/{_WORKFLOWS}")))
    )


def _bases(folder: str, text: str) -> list[str]:
    """The folders in which a command of a file may run: its own, those above, and where `cd` leads from them."""
    above = [folder]
    while folder not in (".", "/") and posixpath.basename(folder) != "..":
        folder = posixpath.dirname(folder) or "."
        above.append(folder)
    changes = list(dict.fromkeys(match[1] for match in _FOLDER.finditer(text)))[:_MOST_CHANGES]
    return [*above, *(posixpath.join(base, change) for base in above for change in changes)]


def _in_commands(text: str) -> Iterator[tuple[str, ...]]:
    yield from _in_variables(text)
    for line in text.split("\n"):
        if "compose" not in line or line.lstrip("\t @-").startswith("#"):
            continue
        for match in _COMMAND.finditer(line):
            files = _files(match[1].split())
            if files is not None:
                yield files


def _files(words: list[str]) -> tuple[str, ...] | None:
    """The values of `-f`, or None where they are not plain paths, or may be paths from elsewhere."""
    found: list[str] = []
    pending = iter(words)
    for word in pending:
        if not word.startswith("-"):
            break
        name, equals, value = word.partition("=")
        if name in ("-f", "--file"):
            path = (value if equals else next(pending, "")).strip("\"'`;)")
            if not _PLAIN.fullmatch(path) or len(found) == _LONGEST:
                return None
            found.append(path)
        elif name == "--project-directory":
            return None
        elif name in _WITH_VALUE and not equals:
            next(pending, None)
    return tuple(found)


def _in_variables(text: str) -> Iterator[tuple[str, ...]]:
    for match in _VARIABLE.finditer(text):
        paths = match[1].strip("\"'").split(":")
        if len(paths) <= _LONGEST and all(map(_PLAIN.fullmatch, paths)):
            yield tuple(paths)
