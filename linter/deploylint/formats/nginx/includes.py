"""What an `include` brings in, as far as the files at hand tell."""

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, normpath

from deploylint.dataclass import dataclass
from deploylint.document import Chain
from deploylint.formats.nginx.nodes import File, Statement
from deploylint.formats.nginx.packaged import packaged
from deploylint.formats.nginx.parser import parse
from deploylint.pattern import compiled, pattern
from deploylint.tree import Tree

# Where packages and images put nginx.conf: a relative include is relative to that folder (`--conf-path`).
_PREFIXES = pattern(
    r"/(?:etc/(?:nginx|openresty|angie)|usr/local/(?:nginx/conf|etc/nginx|openresty/nginx/conf)|opt/nginx(?:/conf)?)/"
)
# Folders of a configuration that nginx.conf includes from; the configuration's home is the folder above.
_PARTS = pattern(
    r"(?:conf\.d|default\.d|sites?(?:-(?:available|enabled))?|snippets?|includes?|upstreams?(?:\.d)?|vhosts?(?:\.d)?"
    r"|servers?(?:\.d)?|streams?(?:\.d|-enabled|-available)?|locations?(?:\.d)?|templates?|params?|modules-enabled)"
)
# Globs of the packaged nginx.conf; what they match are servers and modules of the machine.
_CUSTOMARY = frozenset({"conf.d/*.conf", "sites-enabled/*", "sites-enabled/*.conf", "modules-enabled/*.conf"})


@dataclass(frozen=True, slots=True)
class Included:
    """The outcome of one `include`. `known` is False when something may come in that nobody can read here."""

    files: tuple[File, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Site:
    """Where a file is included: the including file and the blocks around the `include`."""

    file: File
    chain: Chain


def home(path: str) -> str:
    """The folder that a file's configuration lives in: `deploy/nginx` for `deploy/nginx/conf.d/site.conf`."""
    folder = dirname(path)
    while folder and _PARTS.fullmatch(basename(folder)):
        folder = dirname(folder)
    return folder


class Resolver:
    """Finds included files among the documents and the other files of the tree."""

    def __init__(self, files: Sequence[File], tree: Tree) -> None:
        self._parsed: dict[str, File | None] = {file.path: file for file in files}
        self._tree = tree
        self._folders: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(set(tree.files) | set(self._parsed)):
            self._folders.setdefault(dirname(path), []).append(path)
            self._by_name.setdefault(basename(path), []).append(path)

    def resolve(self, include: Statement, bases: Sequence[str]) -> Included:
        """`bases` are the folders that a relative pattern may be relative to, likeliest first."""
        if len(include.values) != 1 or include.args[0].opaque:
            return Included((), known=False)
        pattern = include.values[0]
        prefix = _PREFIXES.match(pattern)
        relative = pattern[prefix.end() :] if prefix else pattern
        paths = self._find(relative, bases) if not relative.startswith("/") else []
        paths = paths or (self._by_suffix(pattern) if pattern.startswith("/") else [])
        files = [self._file(path) for path in paths]
        if paths:
            return Included(tuple(file for file in files if file), known=all(files))
        ready = packaged(basename(pattern))
        if ready is not None:
            return Included((ready,), known=True)
        return Included((), known=relative in _CUSTOMARY or relative.startswith("modules-enabled/"))

    def _find(self, pattern: str, bases: Sequence[str]) -> list[str]:
        for base in bases:
            path = normpath(f"{base}/{pattern}" if base else pattern)
            found = self._glob(path)
            if found:
                return found
        return []

    def _glob(self, path: str) -> list[str]:
        folder, name = dirname(path), basename(path)
        here = self._folders.get(folder, [])
        if not any(mark in name for mark in "*?["):
            return [path] if path in here else []
        if not here:
            return []
        from fnmatch import translate  # noqa: PLC0415  most wildcards stand for files of the server

        matches = compiled(translate(name)).match
        return [item for item in here if matches(basename(item)) and not basename(item).startswith(".")]

    def _by_suffix(self, pattern: str) -> list[str]:
        """The files that an absolute path of the server means, if only one place in the tree looks like it."""
        name = basename(pattern)
        if not any(mark in name for mark in "*?["):
            parts = pattern.strip("/").split("/")
            endings = [
                "/" + "/".join(parts[at:]) for at in range(max(0, len(parts) - 6), max(1, len(parts) - 1))
            ]
            candidates = self._by_name.get(name, [])
            for ending in endings:
                found = [path for path in candidates if f"/{path}".endswith(ending)]
                if found:
                    return found if len(found) == 1 else []
            return []
        last = basename(dirname(pattern))
        folders = [folder for folder in self._folders if basename(folder) == last]
        return self._glob(f"{folders[0]}/{name}") if len(folders) == 1 else []

    def _file(self, path: str) -> File | None:
        if path not in self._parsed:
            source = self._tree.read(path)
            self._parsed[path] = parse(source) if source is not None else None
        return self._parsed[path]


def includes_of(file: File) -> Iterator[tuple[Statement, Chain]]:
    """The `include` statements of a file with the blocks around them."""
    if "include" not in file.source.text:
        return
    for statement, chain in file.walk():
        if statement.name == "include":
            yield statement, chain
