"""Where things are: which namespace a document's processes run in, and what a server path is in the repository."""

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from deploylint.document import Document
from deploylint.facts import HOST, Known, Mount, Namespace, Process
from deploylint.settings import Settings
from deploylint.tree import Tree

# More than there are replicas of one service: what holds in these holds in the others.
MOST_READERS = 16
_CONFIGURATION_FOLDERS = {
    "nginx": (
        "/etc/nginx",
        "/usr/local/openresty/nginx",
        "/usr/local/nginx",
        "/opt/bitnami/nginx",
        "/opt/nginx",
    ),
    "supervisor": (
        "/etc/supervisor",
        "/etc/supervisord",
        "/etc/supervisord.conf",
        "/etc/supervisord.d",
        "/usr/local/etc",
    ),
    "systemd": ("/etc/systemd", "/lib/systemd", "/usr/lib/systemd"),
}


def namespaces(
    documents: Iterable[Document], mounts: Collection[Mount]
) -> dict[Document, tuple[Namespace, ...]]:
    """Where each document is read: in the containers that it is mounted or copied into, else on the host.

    A mount counts when it puts the file where its program looks for configuration; `COPY . /app`
    alone does not make a container read every file of the project. Of very many containers some are enough.
    """
    if not mounts:
        return dict.fromkeys(documents, (HOST,))
    by_source: dict[str, list[tuple[int, Mount]]] = {}
    for number, mount in enumerate(mounts):
        by_source.setdefault(mount.source.rstrip("/"), []).append((number, mount))
    return {document: _containers(document, by_source) or (HOST,) for document in documents}


def _containers(
    document: Document, by_source: Mapping[str, Sequence[tuple[int, Mount]]]
) -> tuple[Namespace, ...]:
    folders = _CONFIGURATION_FOLDERS.get(document.format)
    if folders is None:
        return ()
    parts = document.path.split("/")
    sources = {".", *("/".join(parts[:count]) for count in range(len(parts) + 1))}
    near = sorted(pair for source in sources for pair in by_source.get(source, ()))
    found = {
        mount.service.namespace: None
        for _, mount in near
        if (target := path_in_container(mount, document.path)) is not None
        and any(target == folder or target.startswith(folder + "/") for folder in folders)
    }
    return tuple(islice(found, MOST_READERS))


def path_in_container(mount: Mount, path: str) -> str | None:
    """The path in the container of a repository path, if the mount shows it there."""
    if mount.kind not in ("bind", "copy"):
        return None
    if path == mount.source:
        file_name = posixpath.basename(path)
        return mount.target + file_name if mount.target.endswith("/") else mount.target
    prefix = "" if mount.source == "." else mount.source.rstrip("/") + "/"
    if not path.startswith(prefix):
        return None
    return posixpath.join(mount.target, path[len(prefix) :])


class Map:
    """Server paths of one deployment -> paths in the repository.

    A path maps through the settings (`host-paths`), through the mounts of its container, or, on the
    host, by its end: when exactly one file of the deployment has the same last components. Of several
    the one counts that lies where one of the `processes` of that folder has its application. Anything
    else maps to nothing, and rules say nothing about it.
    """

    def __init__(
        self,
        folder: str,
        tree: Tree,
        mounts: Collection[Mount],
        settings: Settings,
        processes: Sequence[Process] = (),
    ) -> None:
        self._processes = processes
        self._folder = folder
        self._tree = tree
        self._mounts: dict[Namespace, list[Mount]] = {}
        for mount in sorted(mounts, key=lambda mount: -len(mount.target)):
            if mount.kind in ("bind", "copy"):
                self._mounts.setdefault(mount.service.namespace, []).append(mount)
        host_paths = {
            **settings.host_paths,
            **{
                key: value
                for deployment in settings.deployment
                for key, value in deployment.host_paths.items()
            },
        }
        self._host_paths = sorted(host_paths.items(), key=lambda item: -len(item[0]))
        self._base = settings.base

    @cached_property
    def _roots(self) -> Mapping[str, str]:
        return _application_roots(self._processes, self._tree, self._folder)

    def file(self, path: str, namespace: Namespace) -> str | None:
        """The repository file that a server path certainly is, existing or not; None when it cannot be told."""
        for candidate in self._mapped(path, namespace):
            return candidate
        matches = self.by_ending(path)
        if len(matches) > 1 and namespace.is_host:
            matches = [match for match in matches if match in set(self._rooted(path))]
        return matches[0] if len(matches) == 1 else None

    def _rooted(self, path: str) -> Iterable[str]:
        """Where a host path would be, seen from the folders in which processes find their applications."""
        for directory, folder in self._roots.items():
            if path.startswith(directory.rstrip("/") + "/"):
                rest = path[len(directory.rstrip("/")) + 1 :]
                yield posixpath.normpath(posixpath.join(folder, rest))

    def is_exact(self, path: str, namespace: Namespace) -> bool:
        """Whether settings or a mount say where a server path is, so that nothing is left to names."""
        return any(True for _ in self._mapped(path, namespace))

    def folders(self, path: str, namespace: Namespace) -> tuple[str, ...]:
        """The repository folders that a server folder may be; empty when it cannot be told."""
        mapped = tuple(self._mapped(path, namespace)) if self._host_paths or not namespace.is_host else ()
        if mapped or not namespace.is_host:
            return mapped
        if path in self._roots:
            return (self._roots[path],)
        return tuple(self._tree.folders_named(posixpath.basename(path.rstrip("/")), self._folder))

    def by_ending(self, path: str) -> list[str]:
        """The deployment's files that share the longest run of last components with a server path."""
        wanted = path.split("/")
        best: list[str] = []
        longest = 0
        for file in self._tree.named(wanted[-1], self._folder):
            length = _common_ending(file.split("/"), wanted)
            if length > longest:
                best, longest = [file], length
            elif length == longest:
                best.append(file)
        return best

    def _mapped(self, path: str, namespace: Namespace) -> Iterable[str]:
        if namespace.is_host:
            for prefix, target in self._host_paths:
                if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                    rest = path[len(prefix) :].lstrip("/")
                    yield posixpath.normpath(posixpath.join(posixpath.relpath(self._base), target, rest))
            return
        for mount in self._mounts.get(namespace, ()):
            target = mount.target.rstrip("/") or "/"
            if path == target or path.startswith(target.rstrip("/") + "/"):
                rest = path[len(target) :].lstrip("/")
                yield posixpath.normpath(posixpath.join(mount.source, rest)) if rest else mount.source


def _common_ending(one: list[str], other: list[str]) -> int:
    length = 0
    for first, second in zip(reversed(one), reversed(other), strict=False):
        if first != second:
            break
        length += 1
    return length


def _application_roots(processes: Iterable[Process], tree: Tree, folder: str) -> dict[str, str]:
    """Folders of the host that processes start in -> the repository's folder that their application is imported from.

    A folder in which two processes find theirs at different places is left out.
    """
    found: dict[str, set[str]] = {}
    for process in processes:
        target = process.invocation.target if process.invocation else None
        match process.directory:
            case Known(value=str() as directory) if process.namespace.is_host and target and target.module:
                base = module_base(target.module, tree, folder)
                if base is not None:
                    found.setdefault(directory, set()).add(base)
            case _:
                pass
    return {directory: bases.pop() for directory, bases in found.items() if len(bases) == 1}


def module_base(module: str, tree: Tree, folder: str) -> str | None:
    """The folder that a module is imported from; None unless exactly one file below `folder` can be it."""
    ending = module.replace(".", "/")
    folders = {
        path.removesuffix(wanted).rstrip("/") or "."
        for wanted in (f"{ending}.py", f"{ending}/__init__.py")
        for path in tree.named(wanted.rpartition("/")[2], folder)
        if path == wanted or path.endswith("/" + wanted)
    }
    return folders.pop() if len(folders) == 1 else None
