"""What compose files say of the deployment."""

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Documents
from functools import lru_cache
from sys import intern

from deploylint.document import Document
from deploylint.facts import Fact, Known, Namespace, Reference, Service
from deploylint.formats.compose.images import Build
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.keys import TRUE, flag, items, names, pairs, text
from deploylint.formats.compose.mounts import copies, mounts, sees_more
from deploylint.formats.compose.nodes import ComposeFile, Mapping, Pair, Sequence, resolved
from deploylint.formats.compose.ports import published
from deploylint.formats.compose.projects import Project, Settings, kept_projects
from deploylint.formats.compose.services import ServiceProcess
from deploylint.tree import Tree

_NONE = frozenset[str]()
_DEFAULT = frozenset({"default"})


def stated(documents: Documents[Document], tree: Tree) -> Iterator[Fact]:
    """Services, ports, mounts and processes of every project and variant, and references that lead nowhere."""
    for project in kept_projects(
        tuple(document for document in documents if isinstance(document, ComposeFile)), tree
    ):
        yield from project.unresolved
        yield from _put_over(project)
        linked = _links(project)
        for settings in project.services.values():
            yield from _service_facts(settings, project, linked, tree)


def _put_over(project: Project) -> Iterator[Reference]:
    """The files that are given to compose with the first one; one that adds no service may lie anywhere."""
    first = project.files[0]
    for file in project.files[1:]:
        if first.roots and file.path in project.given:
            yield Reference(first, file.path, "include", first.roots[0].at)


def _service_facts(
    settings: Settings, project: Project, linked: dict[str, set[str]], tree: Tree
) -> Iterator[Fact]:
    process = ServiceProcess(settings, project, tree)
    found = process.build
    service = _service(settings, process.namespace, found, project, linked.get(settings.name, set()))
    yield service
    yield from published(settings, service, project.environment)
    yield from mounts(settings, service, project)
    if found.made is not None:
        yield from copies(found.made, service, tree)
    yield process
    if found.unresolved is not None:
        yield found.unresolved
    yield from process.env_files


def _service(
    settings: Settings, namespace: Namespace, found: Build, project: Project, linked: set[str]
) -> Service:
    environment = project.environment
    networks = _set(_networks(settings, project))
    mode = text(settings.last("network_mode"), environment) or ""
    own = {text(settings.last(key), environment) for key in ("container_name", "hostname")}
    return Service(
        namespace=namespace,
        document=settings.document,
        at=settings.at,
        other_names=_set({*linked, *(name for name in own if name), *_aliases(settings, project)}),
        image=found.name and intern(found.name),
        build=found.context,
        dockerfile=found.dockerfile,
        network_mode=mode,
        networks=networks if networks or mode else _DEFAULT,
        external_networks=any(_is_external(project, name) for name in networks or _DEFAULT),
        exposed=_shared(tuple(_exposed(settings, found, project))),
        profiles=_set(names(settings.all("profiles"), environment)),
        depends_on=_set(names(settings.all("depends_on"), environment)),
        extra_hosts=_set(name for name, _, _ in pairs(settings.all("extra_hosts"), separators="=:") if name),
        init=flag(settings, "init", environment),
        tty=flag(settings, "tty", environment) or flag(settings, "stdin_open", environment),
        commanded=any(settings.last(key) is not None for key in ("command", "entrypoint")),
        sees_more=sees_more(settings, environment),
    )


@lru_cache(maxsize=256)
def _shared(ports: tuple[int, ...]) -> tuple[int, ...]:
    """The same ports, of which there are few different ones."""
    return ports


def _set(names: Iterable[str]) -> frozenset[str]:
    """The names; of empty sets there is one."""
    return frozenset(names) or _NONE


def _networks(settings: Settings, project: Project) -> Iterator[str]:
    yield from names(settings.all("networks"), project.environment)


def _aliases(settings: Settings, project: Project) -> Iterator[str]:
    for node in settings.all("networks"):
        for name in node.names if isinstance(node, Mapping) else ():
            network = node.get(name) if isinstance(node, Mapping) else None
            aliases = network.get("aliases") if isinstance(network, Mapping) else None
            if isinstance(aliases, Sequence):
                yield from names([aliases], project.environment)


def _is_external(project: Project, name: str) -> bool:
    pair: Pair | None = project.section("networks").get(name)
    definition = resolved(pair.value) if pair is not None else None
    if not isinstance(definition, Mapping):
        return False
    external = definition.get("external")
    value = text_value(external, project.environment)
    return isinstance(external, Mapping) or (
        value is not None and (not isinstance(value, Known) or value.value in TRUE)
    )


def _exposed(settings: Settings, found: Build, project: Project) -> Iterator[int]:
    """`expose`, and EXPOSE of the image."""
    seen = dict.fromkeys(found.made.exposed if found.made else ())
    for node in items(settings.all("expose")):
        port = (text(node, project.environment) or "").partition("/")[0]
        first, _, last = port.partition("-")
        if first.isdecimal() and len(first) < 6:
            stop = int(last) if last.isdecimal() and len(last) < 6 else int(first)
            seen |= dict.fromkeys(range(int(first), min(stop, int(first) + 100) + 1))
    yield from seen


def _links(project: Project) -> dict[str, set[str]]:
    """The names that `links: [service:alias]` adds to services."""
    found: dict[str, set[str]] = {}
    for settings in project.services.values():
        for written in names(settings.all("links"), project.environment):
            service, _, alias = written.partition(":")
            if alias:
                found.setdefault(service, set()).add(alias)
    return found
