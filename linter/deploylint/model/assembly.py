"""Put the model together: facts -> deployments with their servers and connections."""

from collections.abc import Iterable, Iterator
from itertools import chain

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import HOST, Fact, Listener, Mount, Process, PublishedPort, Service, StatedListener
from deploylint.limits import Clock
from deploylint.model.groups import group
from deploylint.model.instances import instantiated
from deploylint.model.links import Deployment
from deploylint.model.networks import Networks
from deploylint.model.places import Map, namespaces
from deploylint.model.routes import connect
from deploylint.model.scripts import read_in_images
from deploylint.model.servers import servers, unstarted
from deploylint.model.telling import home
from deploylint.model.templates import filled_in
from deploylint.settings import Settings
from deploylint.tree import Tree


def grouped(
    documents: tuple[Document, ...], facts: tuple[Fact, ...], tree: Tree, settings: Settings
) -> Iterator[tuple[list[Document], list[Fact]]]:
    """The documents of each deployment, with their facts."""
    by_document: dict[int, list[Fact]] = {}
    for fact in facts:
        by_document.setdefault(id(_document(fact)), []).append(fact)
    for members in group(documents, facts, tree, settings):
        yield members, [fact for member in members for fact in by_document.get(id(member), ())]


def _document(fact: Fact) -> Document:
    match fact:
        case PublishedPort() | Mount():
            return fact.service.document
        case _:
            return fact.document


def link(documents: list[Document], facts: list[Fact], tree: Tree, settings: Settings) -> Deployment:
    """One deployment, linked within itself. Raises OutOfTimeError."""
    clock = Clock(settings.max_file_seconds, files=len(documents))
    facts = instantiated(documents, facts, tree)
    folder = _common_folder(home(document.path) for document in documents)
    mounts = [fact for fact in facts if isinstance(fact, Mount)]
    processes = [fact for fact in facts if isinstance(fact, Process)]
    places = Map(folder, tree, mounts, settings, processes)
    networks = Networks(
        [fact for fact in facts if isinstance(fact, Service)],
        [fact for fact in facts if isinstance(fact, PublishedPort)],
        mounts,
    )
    spaces = namespaces(documents, mounts)
    facts, whole = filled_in(spaces, facts, mounts)
    deployment = Deployment(folder, folder, tuple(documents), tree, tuple(facts), networks, places)
    deployment.filled_in = whole
    deployment.namespaces = spaces
    deployment.namespaces |= read_in_images(deployment)
    deployment.stated = list(_stated(deployment))
    for server in chain(servers(deployment, places), unstarted(deployment)):
        deployment.servers.append(server)
        clock.check()
    networks.add(*deployment.listeners())
    deployment.connections = connect(deployment, networks)
    clock.check()
    return deployment


def _stated(deployment: Deployment) -> Iterator[Listener]:
    """The listeners that files state, once for each place where their file is read."""
    for listener in deployment.every(Listener):
        assert isinstance(listener, StatedListener)  # noqa: S101  servers, which have others, come later
        for namespace in deployment.namespaces_of(listener.document):
            yield listener if namespace == HOST else replace(listener, namespace=namespace)


def _common_folder(folders: Iterable[str]) -> str:
    parts: list[str] | None = None
    for folder in dict.fromkeys(folders):
        words = [] if folder == "." else folder.split("/")
        parts = words if parts is None else list(_common_start(parts, words))
    return "/".join(parts or []) or "."


def _common_start(one: list[str], other: list[str]) -> Iterator[str]:
    for first, second in zip(one, other, strict=False):
        if first != second:
            return
        yield first
