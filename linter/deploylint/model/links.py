"""What the model concludes: deployments, application servers, and the connections between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploylint.dataclass import dataclass, field
from deploylint.document import Document
from deploylint.enumeration import Enum
from deploylint.facts import (
    HOST,
    Fact,
    Listener,
    Namespace,
    Process,
    Protocol,
    Route,
    SupervisorKind,
    Target,
    Value,
)
from deploylint.project import FactIndex
from deploylint.source import Location
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from deploylint.formats.command_line.invocation import AppTarget
    from deploylint.model.networks import Networks
    from deploylint.model.places import Map

F = TypeVar("F")
Application = tuple["AppTarget", Location]
"""An application, and where a file names it."""
ServerHead = tuple[str, SupervisorKind]
"""What a server is and who starts it: what `when` of a rule on servers is asked about."""


def is_gunicorn(head: ServerHead) -> bool:
    """For `when`."""
    from deploylint.formats.command_line.invocation import Kind  # noqa: PLC0415  asked once for each kind of server

    return head[0] == Kind.GUNICORN.value


def is_managed_gunicorn(head: ServerHead) -> bool:
    """For `when`: not one that only a script starts."""
    return is_gunicorn(head) and head[1] is not SupervisorKind.SCRIPT


@dataclass(frozen=True, slots=True, eq=False)
class ConfigFile:
    """A configuration file that a command names or loads by itself.

    `path` is in the repository, None when the server path maps to nothing there; `document` is None
    when the file is not there or is no configuration. `explicit`: the command names it. `elsewhere`:
    it names it in a folder that the project does not have; `path` is where a file of that name is.
    """

    written: str
    path: str | None
    document: Any  # what the format's `parse` returns: a GunicornConfig, a UwsgiConfig ...
    at: Location
    explicit: bool
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class AppServer:
    """A process that serves an application, with what really holds after command line, environment and files.

    `settings` has gunicorn's names for all servers: `timeout`, `graceful_timeout`, `workers`, `daemon`,
    `user`, `group`, `umask`, `worker_class`; times are seconds. uWSGI adds `buffer_size` and `body_limit`,
    in bytes. `application` is the one that a file names. `origin` is the process as its file states
    it, where `process` is what a script of it starts. `listeners` are those it opens itself, `handed` those
    that systemd opens and hands to it.
    """

    process: Process
    kind: str
    listeners: tuple[Listener, ...]
    settings: Mapping[str, Value[Any]]
    config: ConfigFile | None = None
    application: Application | None = None
    origin: Process | None = None
    handed: tuple[Listener, ...] = ()

    @property
    def target(self) -> AppTarget | None:
        """The application that is loaded: what the command says, else a file."""
        return self._commanded or (self.application[0] if self.application else None)

    @property
    def target_at(self) -> Location | None:
        """Where that is said."""
        if commanded := self._commanded:
            return self.process.document.source.location(commanded.span.start, commanded.span.end)
        return self.application[1] if self.application else None

    @property
    def _commanded(self) -> AppTarget | None:
        return self.process.invocation.target if self.process.invocation else None

    @property
    def head(self) -> ServerHead:
        return self.kind, self.process.supervision.kind

    def answers(self, listener: Listener, protocol: Protocol) -> bool:
        """Whether it accepts connections there and speaks this; on a socket of systemd's it speaks its own protocol."""
        if listener in self.handed:
            from deploylint.formats.command_line.invocation import Kind  # noqa: PLC0415  few sockets are handed over

            return protocol is (Protocol.UWSGI if self.kind == Kind.UWSGI.value else Protocol.HTTP)
        return listener.protocol is protocol and listener in self.listeners

    @property
    def name(self) -> str:
        return self.process.name

    def setting(self, name: str) -> Value[Any] | None:
        return self.settings.get(name)


class Verdict(Enum):
    """What is known of a connection's other end."""

    REACHED = "somebody listens there"
    NOBODY = "nobody listens there"
    EXTERNAL = "outside of what the files describe"
    UNKNOWN = "cannot be told"


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """One target of a route, seen from one namespace that nginx runs in.

    `listeners` are those it reaches, alternatives included. `orphans` are application listeners of
    the deployment that no route reaches: where the target was probably meant to go. `elsewhere` are
    application listeners on the same port in other networks, `neighbours` the processes that share the
    network which nginx connects from. `certain` tells whether enough is known to say that nobody
    listens (NOBODY), `why` gives the reason for the verdict.
    """

    route: Route
    target: Target
    namespace: Namespace
    verdict: Verdict
    listeners: tuple[Listener, ...] = ()
    servers: tuple[AppServer, ...] = ()
    orphans: tuple[Listener, ...] = ()
    elsewhere: tuple[Listener, ...] = ()
    neighbours: tuple[Process, ...] = ()
    certain: bool = False
    why: str = ""


@dataclass(slots=True, eq=False)
class Deployment:
    """Files that belong together, with their facts and links.

    `folder` is the one around them all. Nothing is ever paired across two deployments. `stated` are the
    listeners that files state, each where its file is read. `filled_in` are templates whose every variable is known.
    """

    name: str
    folder: str
    documents: tuple[Document, ...]
    tree: Tree
    facts: tuple[Fact, ...]
    networks: Networks
    places: Map
    servers: list[AppServer] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    namespaces: dict[Document, tuple[Namespace, ...]] = field(default_factory=dict)
    stated: list[Listener] = field(default_factory=list)
    filled_in: frozenset[Document] = frozenset()
    _index: FactIndex | None = None
    _by_format: dict[str, list[Any]] | None = None
    _by_path: dict[str | None, Document] | None = None
    # Most containers have one process.
    _by_network: dict[Namespace, Process | tuple[Process, ...]] | None = None
    _by_process: dict[Process | None, AppServer] | None = None
    _by_template: dict[Location, AppServer] = field(default_factory=dict)
    _by_route: dict[int, list[Connection]] | None = None

    def every(self, kind: type[F]) -> list[F]:
        """All facts of a kind."""
        return self._facts().every(kind)

    def having(self, kind: type[F], attribute: str, value: object) -> list[F]:
        """Those facts of a kind of which an attribute (`namespace`, `service.namespace`) has this value."""
        return self._facts().having(kind, attribute, value)

    def _facts(self) -> FactIndex:
        if self._index is None:
            self._index = FactIndex(self.facts)
        return self._index

    def documents_in(self, format: str) -> list[Any]:  # noqa: A002
        """The documents of a format, without importing its classes: they are what the format's `parse` returns."""
        if self._by_format is None:
            self._by_format = {}
            for document in self.documents:
                self._by_format.setdefault(document.format, []).append(document)
        return self._by_format.get(format, [])

    def document_at(self, path: str | None, format: str) -> Any:  # noqa: A002
        """The document of a format with this path, or None."""
        if self._by_path is None:
            self._by_path = {document.path: document for document in self.documents}
        found = self._by_path.get(path)
        return found if found is not None and found.format == format else None

    def listeners(self) -> list[Listener]:
        """Every listener: those that files state and those of the application servers."""
        return [
            *self.stated,
            *(listener for server in self.servers for listener in server.listeners),
        ]

    def server_of(self, process: Process) -> AppServer | None:
        """The application server that a process is, or that an instance of its template is; None when it is none."""
        if self._by_process is None:
            self._by_process = {}
            for server in self.servers:
                self._by_process.setdefault(server.process, server)
                self._by_process.setdefault(server.origin, server)
                if server.process.instance and server.origin is not None:
                    self._by_template.setdefault(server.origin.at, server)
        found = self._by_process.get(process)
        if found is None and self._by_template:
            found = self._by_template.get(process.at)
        return found

    def connections_of(self, route: Route) -> Iterator[Connection]:
        """A route's targets, each as it is seen from every namespace that nginx runs in."""
        if self._by_route is None:
            self._by_route = {}
            for connection in self.connections:
                self._by_route.setdefault(id(connection.route), []).append(connection)
        return iter(self._by_route.get(id(route), ()))

    def processes_in(self, network: Namespace) -> tuple[Process, ...]:
        """The processes that share a network."""
        if self._by_network is None:
            first: dict[Namespace, Process] = {}
            several: dict[Namespace, dict[Process, None]] = {}
            for process in self.every(Process):
                for home in self.homes(process):
                    shared = self.networks.network(home)
                    other = first.setdefault(shared, process)
                    if other is not process:
                        several.setdefault(shared, {other: None})[process] = None
            self._by_network = {**first, **{shared: tuple(inside) for shared, inside in several.items()}}
        inside = self._by_network.get(network, ())
        return inside if isinstance(inside, tuple) else (inside,)

    def namespaces_of(self, document: Document) -> tuple[Namespace, ...]:
        """Where the processes that read a document run."""
        return self.namespaces.get(document, (HOST,))

    def homes(self, process: Process) -> tuple[Namespace, ...]:
        """Where a process runs: in its container, else wherever the file that starts it is read."""
        if process.supervision.kind is SupervisorKind.PROCFILE:
            # A platform runs each line in a container of its own, beside whatever else the repository offers.
            return (Namespace(process.document.path, process.name),)
        return self.namespaces_of(process.document) if process.namespace.is_host else (process.namespace,)
