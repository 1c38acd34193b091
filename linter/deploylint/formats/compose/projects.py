"""Which compose files make one project, and its services after merging (docs.docker.com/reference/compose-file/merge).

What the project's own commands put together (`chains`) is one. Else a project is a folder's base file with its override
file. Any other file of the folder is a variant of that project when its services need the base's image, else a project
of its own.
"""

import posixpath
from collections.abc import Iterator
from collections.abc import Sequence as Documents
from functools import lru_cache

from deploylint.dataclass import dataclass, field
from deploylint.facts import Known, Unresolved
from deploylint.formats.compose import keys
from deploylint.formats.compose.chains import chains
from deploylint.formats.compose.interpolation import Environment, text_value
from deploylint.formats.compose.nodes import ComposeFile, Mapping, Node, Scalar, Sequence, resolved
from deploylint.formats.compose.settings import Settings
from deploylint.source import Location
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING
from deploylint.values.env_file import EnvDialect, parse_env_file

if TYPE_CHECKING:
    from deploylint.formats.dockerfile import Dockerfile

BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""In the order in which compose looks for them (compose-go, cli/options.go)."""
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_IMAGES = frozenset({"image", "build", "extends", "provider"})  # what gives a service its image
_MOST_FILES = 50
_LONGEST_CHAIN = 16  # of services that extend each other; a file for people has two or three


class _Maps:
    """Several maps in which a name is looked up: the last one that has it counts. There may be many."""

    def __init__(self, maps: Documents[Mapping]) -> None:
        self._only = maps[0] if len(maps) == 1 else None
        self._by_name = {} if self._only else {name: mapping for mapping in maps for name in mapping.names}

    def get(self, name: str) -> Node | None:
        mapping = self._only or self._by_name.get(name)
        return None if mapping is None else mapping.get(name)


@dataclass(slots=True, eq=False)
class Project:
    """One way to run compose: `name` is the folder, with `:file` for what is not its default."""

    name: str
    folder: str
    files: list[ComposeFile]
    environment: Environment
    library: "Library"
    services: dict[str, Settings] = field(default_factory=dict)
    unresolved: list[Unresolved] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    _linked: dict[str, set[str]] | None = None
    _declared: "dict[str, _Maps]" = field(default_factory=dict)

    @property
    def linked(self) -> dict[str, set[str]]:
        """The names that `links: [service:alias]` adds to services."""
        if self._linked is None:
            self._linked = {}
            for settings in self.services.values():
                for written in keys.names(settings.all("links"), self.environment):
                    service, _, alias = written.partition(":")
                    if alias:
                        self._linked.setdefault(service, set()).add(alias)
        return self._linked

    def base_of(self, node: Node) -> str:
        """What a path is relative to: the project's folder in the files given to compose, else that of the file."""
        path = node.source.path
        return self.folder if path in self.given else folder_of(path)

    def declared(self, section: str, name: str) -> Node | None:
        """What the files declare under a name in a top-level map: the last one holds."""
        if section not in self._declared:
            maps = [mapping for file in self.files for mapping in file.section(section)]
            self._declared[section] = _Maps(maps)
        return self._declared[section].get(name)


def folder_of(path: str) -> str:
    return posixpath.dirname(path) or "."


def joined(folder: str, path: str) -> str:
    """A path of the repository, as `Tree` writes it."""
    return posixpath.normpath(posixpath.join(folder, path))


def projects(documents: Documents[ComposeFile], tree: Tree) -> Iterator[Project]:
    """Every project and variant of the documents."""
    folders: dict[str, list[ComposeFile]] = {}
    for document in documents:
        folders.setdefault(folder_of(document.path), []).append(document)
    library = Library(documents, tree)
    borrowed = library.borrowed(documents)
    runs = Runs(documents, library, tree)
    for folder, members in folders.items():
        environment = dot_env(folder, tree)
        for name, files in runs.instead(folder, list(_variants(folder, members, borrowed))):
            given = frozenset(file.path for file in files)
            project = Project(name, folder, files, environment, library, given=given)
            library.fill(project)
            yield project


@lru_cache(maxsize=1)
def kept_projects(documents: tuple[ComposeFile, ...], tree: Tree) -> tuple[Project, ...]:
    """Those of a run, put together once for the facts and all rules."""
    return tuple(projects(documents, tree))


def dot_env(folder: str, tree: Tree) -> Environment:
    """What `.env` in the project's folder sets."""
    source = tree.read(joined(folder, ".env"))
    if source is None:
        return {}
    return {entry.name: entry.value for entry in parse_env_file(source.text, EnvDialect.COMPOSE).entries}


def _variants(
    folder: str, members: list[ComposeFile], borrowed: set[str]
) -> Iterator[tuple[str, list[ComposeFile]]]:
    names = {posixpath.basename(document.path): document for document in members}
    base = next((names[name] for name in BASES if name in names), None)
    overrides = [names[name] for name in OVERRIDES if name in names] if base else []
    rest = [document for document in members if document is not base and document not in overrides]
    overlaid: set[int] = set()
    variants: list[tuple[str, list[ComposeFile]]] = []
    for document in rest:
        below = _below(document, base, [other for other in rest if other is not document])
        name = f"{folder}:{posixpath.basename(document.path)}"
        if below is not None:
            overlaid.add(id(below))
            variants.append((name, [below, document]))
        elif document.path not in borrowed:
            variants.append((name, [document]))
    if base is not None:
        whole = not incomplete([base, *overrides])
        if whole or id(base) not in overlaid:
            yield folder, [base, *overrides]
    for name, files in variants:
        if len(files) > 1 or not (incomplete(files) and id(files[0]) in overlaid):
            yield name, files


def _below(document: ComposeFile, base: ComposeFile | None, others: list[ComposeFile]) -> ComposeFile | None:
    """The file that a file is laid over: it has the images this one lacks, or lacks those that this one has."""
    lacking = incomplete([document])
    if base is not None and incomplete([base]) & _complete(document):
        return base
    if not lacking:
        return None
    for candidate in [base, *others] if base else others:
        if lacking & _complete(candidate):
            return candidate
    # Two files may complete each other's services only by being put together.
    return base if base is not None and lacking & _names(base) else None


def incomplete(files: list[ComposeFile]) -> set[str]:
    """Services that no file gives an image, a build or something to extend."""
    return {name for file in files for name in _names(file)} - {
        name for file in files for name in _complete(file)
    }


def _names(file: ComposeFile) -> set[str]:
    return {name for services in file.services for name in services.names}


def _complete(file: ComposeFile) -> set[str]:
    return {
        name
        for services in file.services
        for name, pair in services.merged.items()
        if isinstance(service := pair.resolved, Mapping) and not service.names.isdisjoint(_IMAGES)
    }


class Runs:
    """How the project's commands put compose files together."""

    def __init__(self, documents: Documents[ComposeFile], library: "Library", tree: Tree) -> None:
        linted = {document.path for document in documents}
        # One file has nothing to be put together with.
        named = chains(tree, lambda path: library.get(path) is not None) if len(linted) > 1 else {}
        self._library = library
        self._chains = [files for files in named if len(set(files)) > 1 and files[0] in linted]
        self._alone = {files[0] for files in named if len(files) == 1}
        self._plain = () in named
        self._first = {files[0] for files in self._chains}
        self._over = {path for files in self._chains for path in files[1:]}

    def instead(
        self, folder: str, variants: list[tuple[str, list[ComposeFile]]]
    ) -> Iterator[tuple[str, list[ComposeFile]]]:
        """The variants of a folder, with the chains that begin in it in the place of the guesses about their files."""
        names = set[str]()
        known = set[tuple[str, ...]]()
        for name, files in variants:
            if not self._is_never_run(files):
                names.add(name)
                known.add(tuple(file.path for file in files))
                yield name, files
        for paths in self._chains:
            if folder_of(paths[0]) != folder or paths in known:
                continue
            own = [posixpath.relpath(path, folder) for path in paths]
            name = next(
                (name for some in (own[-1:], own[1:]) if (name := f"{folder}:{'+'.join(some)}") not in names),
                f"{folder}:{'+'.join(own)}",
            )
            names.add(name)
            yield name, [file for path in paths if (file := self._library.get(path)) is not None]

    def _is_never_run(self, files: list[ComposeFile]) -> bool:
        """Whether all commands put something over the files, or them over something else."""
        top = files[-1].path
        name = posixpath.basename(top)
        if name in OVERRIDES or top in self._alone or (name in BASES and self._plain):
            return False
        return top in self._over - self._first or (len(files) == 1 and top in self._first)


class Library:
    """Compose files by path: those that are linted, and those that they name; the Dockerfiles of their services."""

    def __init__(self, documents: Documents[ComposeFile], tree: Tree) -> None:
        self._files: dict[str, ComposeFile | None] = {document.path: document for document in documents}
        self._dockerfiles: dict[str, Dockerfile | None] = {}
        self._services: dict[str, _Maps] = {}
        self.tree = tree

    def dockerfile(self, path: str) -> "Dockerfile | None":
        """The Dockerfile at a path, read once for all services that are made of it; None where there is none."""
        if path not in self._dockerfiles:
            from deploylint.formats.dockerfile import parse  # noqa: PLC0415  most services have an image

            source = self.tree.read(path)
            self._dockerfiles[path] = None if source is None else parse(source)
        return self._dockerfiles[path]

    def get(self, path: str) -> ComposeFile | None:
        if path not in self._files:
            from deploylint.formats.compose.loading import load  # noqa: PLC0415  PyYAML comes with it

            source = self.tree.read(path) if len(self._files) < 10 * _MOST_FILES else None
            self._files[path] = None if source is None else load(source)
        return self._files[path]

    def borrowed(self, documents: Documents[ComposeFile]) -> set[str]:
        """Files that others include or extend: they are reported with those."""
        found = set[str]()
        for document in documents:
            folder = folder_of(document.path)
            named = {joined(folder, path) for path, _ in _includes(document, {})}
            for services in document.services:
                for pair in services.merged.values():
                    service = resolved(pair.value)
                    extends = service.get("extends") if isinstance(service, Mapping) else None
                    if isinstance(extends, Mapping) and isinstance(file := extends.get("file"), Scalar):
                        named.add(joined(folder, file.value))
            found |= named - {document.path}
        return {path for path in found if posixpath.basename(path) not in BASES}

    def fill(self, project: Project) -> None:
        """Merge the project's files, what they include, and what their services extend."""
        first = project.files
        brought = self._include(project)
        for file in _in_order_of_merging(first, brought):
            for services in file.services:
                for name, key in services.places.items():
                    self._service(project, file, name, key)

    def _include(self, project: Project) -> dict[str, list[ComposeFile]]:
        """Add what the project's files include to them; the result is what each brings, by its path."""
        found: list[ComposeFile] = []
        brought: dict[str, list[ComposeFile]] = {}
        waiting = list(reversed(project.files))
        while waiting and len(found) < _MOST_FILES:
            file = waiting.pop()
            if file in found:
                continue
            found.append(file)
            brought[file.path] = []
            for path, at in _includes(file, project.environment):
                included = self.get(joined(folder_of(file.path), path))
                if included is not None:
                    waiting.insert(0, included)
                    brought[file.path].append(included)
                elif "://" not in path:
                    project.unresolved.append(Unresolved(file, path, "compose include", at))
        project.files = found
        return brought

    def _service(self, project: Project, file: ComposeFile, name: str, key: int) -> None:
        value = file.value_of(key)
        if value.tag == "!reset":
            project.services.pop(name, None)
        if not isinstance(value, Mapping) or name.startswith("x-"):
            return
        parts = tuple(self._extended(project, file, name, value))[::-1]
        settings = project.services.get(name)
        if settings is None or value.tag == "!override":
            project.services[name] = Settings(name, file, key, parts if len(parts) > 1 else ())
        else:
            settings.add(parts)

    def _services_of(self, file: ComposeFile) -> _Maps:
        """Of two services with one name in documents of a file the first one counts for those that extend it."""
        if file.path not in self._services:
            self._services[file.path] = _Maps(file.services[::-1])
        return self._services[file.path]

    def _extended(
        self, project: Project, file: ComposeFile, name: str, service: Mapping
    ) -> Iterator[Mapping]:
        """The service and what it extends, nearest first; a circle ends, and so does a chain without end."""
        seen = {(file.path, name)}
        while len(seen) <= _LONGEST_CHAIN:
            yield service
            extends = service.get("extends")
            if extends is None:
                return
            parent = extends.get("service") if isinstance(extends, Mapping) else extends
            other = extends.get("file") if isinstance(extends, Mapping) else None
            name = parent.value if isinstance(parent, Scalar) else name
            if isinstance(other, Scalar):
                written = text_value(other, project.environment)
                if not isinstance(written, Known):
                    return
                found = self.get(joined(folder_of(file.path), written.value))
                if found is None:
                    project.unresolved.append(Unresolved(file, written.value, "compose extends", other.at))
                    return
                file = found
            target = self._services_of(file).get(name)
            if not isinstance(target, Mapping) or (file.path, name) in seen:
                return
            seen.add((file.path, name))
            service = target


def _in_order_of_merging(
    first: Documents[ComposeFile], brought: dict[str, list[ComposeFile]]
) -> Iterator[ComposeFile]:
    """Each file behind those that it includes, so that its own word counts last. What is not in `brought` is left out.

    So compose-go does it from November 2025 on (pull request 835); in the two years before, one service in both was an
    error (docker/compose, issue 11404).
    """
    seen: set[str] = set()
    pending = [(file, False) for file in first][::-1]
    while pending:
        file, is_done = pending.pop()
        if is_done:
            yield file
        elif file.path in brought and file.path not in seen:
            seen.add(file.path)
            pending.append((file, True))
            pending += [(one, False) for one in reversed(brought[file.path])]


def _includes(file: ComposeFile, environment: Environment) -> Iterator[tuple[str, Location]]:
    for root in file.roots:
        entries = root.get("include") if isinstance(root, Mapping) else None
        for entry in entries.items if isinstance(entries, Sequence) else ():
            node = resolved(entry)
            path = node.get("path") if isinstance(node, Mapping) else node
            for part in path.items if isinstance(path, Sequence) else [path]:
                written = text_value(part, environment)
                if isinstance(written, Known) and part is not None:
                    yield written.value, part.at
