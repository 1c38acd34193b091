"""The source files that an application server loads, as far as imports tell."""

import posixpath
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.python import find_module
from deploylint.model.links import AppServer, Deployment
from deploylint.model.places import module_base
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source

_MOST_FILES = 64
_IMPORT = pattern(
    r"^[ \t]*+(?:from[ \t]++(?P<origin>[.\w]++)[ \t]++import[ \t]++(?:\((?P<list>[^)]*+)\)|(?P<line>[^\n#]*+))"
    r"|import[ \t]++(?P<plain>[^\n#]++))",
    MULTILINE,
)
_NAME = pattern(r"[\w.]++")
# Files that frameworks load by name, beside the ones that are imported.
_BY_NAME = ("settings.py", "config.py")


def sources(server: AppServer, deployment: Deployment) -> tuple[Source, ...]:
    """The module that the server loads and the files of the project that it imports, nearest first.

    Nothing where several files of the deployment may be that module. At most 64 files.
    """
    target = server.target
    return () if target is None or not target.module else _loaded(target.module, deployment)


@lru_cache(maxsize=128)
def _loaded(module: str, deployment: Deployment) -> tuple[Source, ...]:
    """Several rules ask, each for some dozens of servers before the next one does."""
    base = module_base(module, deployment.tree, deployment.folder)
    return () if base is None else tuple(_with_imports(module, base, deployment))


def _with_imports(module: str, base: str, deployment: Deployment) -> Iterator[Source]:
    pending = deque([module])
    seen: set[str] = set()
    while pending and len(seen) < _MOST_FILES:
        path = find_module(deployment.tree, [base], pending.popleft())
        if path is None or path in seen or not path.endswith(".py"):
            continue
        seen.add(path)
        source = deployment.tree.read(path)
        if source is None:
            continue
        yield source
        pending.extend(_imported(source, base))
        for name in _BY_NAME:
            beside = posixpath.join(posixpath.dirname(path), name).removeprefix("./")
            if beside in deployment.tree.files:
                pending.append(_dotted(beside, base))


def _imported(source: Source, base: str) -> Iterator[str]:
    """The dotted names that a file may import: modules, and names of packages that may be modules."""
    own = _dotted(source.path, base)
    is_package = source.path.endswith("/__init__.py")
    for match in _IMPORT.finditer(source.text):
        if match["plain"] is not None:
            yield from (part.split()[0] for part in match["plain"].split(",") if part.split())
            continue
        origin = match["origin"]
        dots = len(origin) - len(origin.lstrip("."))
        if dots:
            parts = own.split(".")[: None if is_package and dots == 1 else -dots + is_package]
            origin = ".".join([*parts, *([origin[dots:]] if origin[dots:] else [])])
        if origin:
            yield origin
        for name in _NAME.findall(match["list"] or match["line"] or ""):
            yield f"{origin}.{name}" if origin else name


def _dotted(path: str, base: str) -> str:
    inside = path if base == "." else path.removeprefix(base + "/")
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
