"""What a container sees of the repository, the host and volumes; COPY and ADD of its image."""

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from deploylint.facts import Mount, Service
from deploylint.formats.compose.interpolation import Environment, word
from deploylint.formats.compose.keys import TRUE, items, text
from deploylint.formats.compose.nodes import Mapping, Node, Scalar
from deploylint.formats.compose.projects import Project, joined
from deploylint.formats.compose.settings import Settings
from deploylint.formats.dockerfile.image import Image
from deploylint.tree import Tree

_MOST_WILDCARDS = 20
_KINDS = ("bind", "volume")
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")


def mounts(settings: Settings, service: Service, project: Project) -> Iterator[Mount]:
    """Volumes, configs and secrets. Of several volumes on one path the last one holds."""
    found: dict[str, Mount | None] = {}
    for node in items(settings.all("volumes")):
        if isinstance(node, Scalar):
            mount = _short(node, service, project)
        elif isinstance(node, Mapping):
            mount = _long(node, service, project)
        else:
            continue
        if mount is not None:
            found[mount.target] = mount
    yield from (mount for mount in found.values() if mount is not None)
    yield from _files(settings, service, project, "configs", "/")
    yield from _files(settings, service, project, "secrets", "/run/secrets/")


def sees_more(settings: Settings, environment: Environment) -> bool:
    """Whether a container sees what `mounts` does not tell: `volumes_from`, other kinds of mounts, unknown targets."""
    if any(settings.last(key) is not None for key in ("volumes_from", "tmpfs", "configs")):
        return True
    for node in items(settings.all("volumes")):
        if isinstance(node, Scalar):
            if "${}" in _parts(node, environment)[:2][-1]:
                return True
        elif isinstance(node, Mapping) and (
            text(node.get("type"), environment) not in _KINDS or _target(node, environment) is None
        ):
            return True
    return False


def _parts(node: Scalar, environment: Environment) -> list[str]:
    """`[source:]target[:mode]` taken apart; `${}` stands for what is not known."""
    pieces = word(node, environment).parts
    known = "".join("\0" if piece.opaque else piece.value for piece in pieces)
    return [part.replace("\0", "${}") for part in known.split(":")]


def _target(node: Mapping, environment: Environment) -> str | None:
    return text(node.get("target") or node.get("dst") or node.get("destination"), environment)


def _short(node: Scalar, service: Service, project: Project) -> Mount | None:
    parts = _parts(node, project.environment)
    if len(parts) == 1:
        return _mount(node, service, "volume", "", parts[0], project=project, read_only=False)
    source, target = parts[0], parts[1]
    read_only = "ro" in ",".join(parts[2:]).split(",")
    kind = "bind" if source.startswith(".") else "host" if source[:1] in {"/", "~", "$"} else "volume"
    return _mount(node, service, kind, source, target, project=project, read_only=read_only)


def _long(node: Mapping, service: Service, project: Project) -> Mount | None:
    environment = project.environment
    kind = text(node.get("type"), environment)
    source = text(node.get("source") or node.get("src"), environment)
    target = _target(node, environment)
    if target is None or kind not in _KINDS:
        return None
    read_only = text(node.get("read_only"), environment) in TRUE
    if kind == "bind":
        kind = "host" if source is None or source[:1] in {"/", "~"} else "bind"
    return _mount(
        node,
        service,
        kind,
        source or ("${}" if kind == "host" else ""),
        target,
        project=project,
        read_only=read_only,
    )


def _mount(
    node: Node, service: Service, kind: str, source: str, target: str, *, project: Project, read_only: bool
) -> Mount | None:
    if not target.startswith("/"):
        return None
    if kind == "bind":
        source = joined(project.base_of(node), source)
    elif kind == "volume" and not source:
        # Nobody shares an anonymous volume, but it hides what lies below.
        source = f"{service.name} {target}"
    return Mount(service, kind, source, posixpath.normpath(target), node.at, read_only)


def _files(
    settings: Settings, service: Service, project: Project, section: str, folder: str
) -> Iterator[Mount]:
    """configs and secrets that are files of the repository."""
    environment = project.environment
    for node in items(settings.all(section)):
        long = isinstance(node, Mapping)
        name = text(node.get("source"), environment) if isinstance(node, Mapping) else text(node, environment)
        definition = project.declared(section, name or "")
        file = definition.get("file") if isinstance(definition, Mapping) else None
        path = text(file, environment)
        if path is None or file is None or name is None:
            continue
        target = text(node.get("target"), environment) if long and isinstance(node, Mapping) else None
        place = posixpath.join(folder, target or name)
        if path.startswith(("/", "~")):
            yield Mount(service, "host", path, place, node.at, read_only=True)
        else:
            yield Mount(service, "bind", joined(project.base_of(file), path), place, node.at, read_only=True)


def copies(image: Image, service: Service, tree: Tree) -> Iterator[Mount]:
    """COPY and ADD from the build context; those from other stages and images hold nothing of the repository."""
    if service.build is None:
        return
    matching = _Wildcards(tree)
    for instruction, words, directory in image.copies:
        if len(words) < 2 or words[-1].known is None:
            continue
        written = words[-1].value
        if not written.startswith("/"):
            if directory is None:
                continue
            written = posixpath.join(directory, written)
        into_folder = len(words) > 2 or written.endswith("/") or words[-1].value in {".", ".."}
        target = posixpath.normpath(written)
        for word_ in words[:-1]:
            source = word_.known
            if source is None or "://" in source or source.endswith(_ARCHIVES):
                continue
            for path in matching.paths(joined(service.build, source.lstrip("/") or ".")):
                place = (
                    posixpath.join(target, posixpath.basename(path))
                    if into_folder and not _is_folder(path, tree)
                    else target
                )
                yield Mount(service, "copy", path, place, instruction.at)


def _is_folder(path: str, tree: Tree) -> bool:
    return path == "." or path in tree.folders


class _Wildcards:
    """Wildcards of one image against the names of the tree; at most a few, each of which looks at all names."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names: list[str] = []
        self._left = _MOST_WILDCARDS

    def paths(self, path: str) -> list[str]:
        """The path itself, or what its wildcards match."""
        if not any(mark in path for mark in "*?["):
            return [path]
        self._left -= 1
        if self._left < 0:
            return []
        self._names = self._names or sorted({*self._tree.files, *self._tree.folders})
        depth = path.count("/")
        return [name for name in self._names if name.count("/") == depth and fnmatchcase(name, path)]
