"""What the files say of the deployment: servers, their addresses, and where requests are passed to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from deploylint.dataclass import dataclass, field
from deploylint.document import Chain
from deploylint.facts import (
    Aim,
    Fact,
    Known,
    Listener,
    Protocol,
    Reference,
    Route,
    StatedListener,
    StaticFiles,
    Unknown,
    Unresolved,
    Value,
    VirtualServer,
)
from deploylint.formats.nginx import inheritance
from deploylint.formats.nginx.configuration import Body, Configuration, configuration
from deploylint.formats.nginx.includes import home, includes_of
from deploylint.formats.nginx.nodes import Block, Directive, File, Statement
from deploylint.formats.nginx.targets import Upstreams
from deploylint.source import Location
from deploylint.tree import Tree
from deploylint.typed import ClassVar, cast
from deploylint.values.address import Address
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import nginx_listen

PASSES = {
    "proxy_pass": Protocol.HTTP,
    "uwsgi_pass": Protocol.UWSGI,
    "fastcgi_pass": Protocol.FASTCGI,
    "scgi_pass": Protocol.SCGI,
    "grpc_pass": Protocol.GRPC,
}


_FOLDERS = ("root", "alias")
_NOT_HTTP = Unknown("not an HTTP proxy")

Where = tuple[Statement, Chain]


@dataclass(slots=True)
class _State:
    configuration: Configuration
    upstreams: Upstreams
    servers: dict[int, VirtualServer] = field(default_factory=dict)


def state(files: Sequence[File], tree: Tree) -> Iterator[Fact]:
    """All facts, file by file."""
    known = configuration(files, tree)
    shared = _State(known, Upstreams(known))
    for file in files:
        shared.upstreams.add(file)
        yield from _servers(file, _written(file, ("server",)), shared)
    for file in files:
        yield from _routes(file, _written(file, tuple(PASSES)), shared)
        yield from _static_files(file, _written(file, _FOLDERS), shared)
        yield from _included(file, known)


def _written(file: File, names: Collection[str]) -> Iterable[Where]:
    """The statements of these names in their order, in which those of a long file come."""
    found = file.named(names)
    return sorted(found, key=_start) if isinstance(found, list) and len(names) > 1 else found


def _start(where: Where) -> int:
    return where[0].start


def _servers(file: File, written: Iterable[Where], shared: _State) -> Iterator[Fact]:
    for statement, chain in written:
        if not isinstance(statement, Block):
            continue
        context = shared.configuration.context(file, chain)
        if context == "http":
            server = _virtual_server(file, statement, shared.configuration)
            shared.servers[id(statement)] = server
            yield from server.listens
            yield server
        elif context in ("stream", "mail"):
            yield from _listeners(file, statement, shared.configuration, Protocol.OTHER)


def _virtual_server(file: File, block: Block, known: Configuration) -> VirtualServer:
    listens = tuple(_listeners(file, block, known, Protocol.HTTP))
    level = known.level(block)
    written = [statement.values for statement in level.get("server_name")]
    names = written[0] if len(written) == 1 else tuple(name for names in written for name in names)
    old_style = any(statement.values[:1] == ("on",) for statement in level.get("ssl"))
    tls = old_style or any(listener.tls for listener in listens)
    return VirtualServer(file, block.header, listens, names, tls)


def _listeners(file: File, block: Block, known: Configuration, protocol: Protocol) -> Iterator[Listener]:
    level = known.level(block)
    written = level.get("listen")
    if not written and protocol is Protocol.HTTP and level.complete:
        default: Value[Address] = Known(nginx_listen("80")[0], block.name_at, "nginx default", default=True)
        yield StatedListener(default, protocol, file, block.name_at, opener="nginx")
    for statement in written:
        if not statement.values:
            continue
        parameters = statement.values[1:]
        tls = "ssl" in parameters
        if "quic" in parameters or "udp" in parameters:
            continue
        for address in _listened(statement):
            yield StatedListener(address, protocol, file, statement.at, opener="nginx", tls=tls)


def _listened(statement: Statement) -> list[Value[Address]]:
    word = statement.argument
    if statement.opaque and word.opaque:
        return [Unknown("filled in elsewhere", word.at)]
    try:
        addresses = nginx_listen(statement.values[0], ipv6_only="ipv6only=off" not in statement.values)
    except InvalidValue as error:
        return [Unknown(error.message, word.at)]
    return [Known(address, word.at) for address in addresses]


def _routes(file: File, written: Iterable[Where], shared: _State) -> Iterator[Route]:
    for statement, chain in written:
        if not isinstance(statement, Directive) or not statement.values:
            continue
        context = shared.configuration.context(file, chain)
        seen: set[int] = set()
        for bodies in shared.configuration.places(file, chain):
            server = id(_server(bodies))
            if server not in seen and context is not None:
                seen.add(server)
                yield _route(file, statement, bodies, context, shared)


def _route(file: File, statement: Statement, bodies: Sequence[Body], context: str, shared: _State) -> Route:
    name = statement.name
    in_stream = context.startswith(("stream", "mail"))
    surroundings = _InStream if in_stream else _InHttp
    return Route(
        document=file,
        directive=name,
        protocol=Protocol.OTHER if in_stream else PASSES[name],
        server=shared.servers.get(id(_server(bodies))),
        surroundings=surroundings(statement, bodies, shared.upstreams),
    )


class _InStream:
    """Of a route of `stream` or `mail`. `bodies` are the blocks around its statement, from the inside out."""

    __slots__ = ("_bodies", "_statement", "_upstreams")

    in_stream: ClassVar[bool] = True

    def __init__(self, statement: Statement, bodies: Sequence[Body], upstreams: Upstreams) -> None:
        self._statement = statement
        self._bodies = tuple(bodies)
        self._upstreams = upstreams

    def at(self, route: Route) -> Location:  # noqa: ARG002
        return self._statement.at

    def aim(self, route: Route) -> Aim:
        file = cast("File", route.document)
        return self._upstreams.aim(self, file, self._statement, self._bodies, in_stream=self.in_stream)

    def location(self, route: Route) -> str:  # noqa: ARG002
        return _location_of(self._bodies)

    def read_timeout(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def headers(self, route: Route) -> Value[Mapping[str, str]]:  # noqa: ARG002
        return _NOT_HTTP

    def body_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def header_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return _NOT_HTTP

    def idle_time(self, route: Route) -> Value[float]:
        return self._upstreams.idle_time(route.upstream, cast("File", route.document))

    def restricted(self, route: Route) -> Value[bool]:  # noqa: ARG002
        return _NOT_HTTP


class _InHttp(_InStream):
    """Of a route of `http`."""

    __slots__ = ()

    in_stream: ClassVar[bool] = False

    def read_timeout(self, route: Route) -> Value[float]:
        return inheritance.read_timeout(self._upstreams.configuration, self._bodies, route.directive)

    def headers(self, route: Route) -> Value[Mapping[str, str]]:
        return inheritance.request_headers(self._upstreams.configuration, self._bodies, route.directive)

    def body_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return inheritance.body_limit(self._upstreams.configuration, self._bodies)

    def header_limit(self, route: Route) -> Value[float]:  # noqa: ARG002
        return inheritance.header_limit(self._upstreams.configuration, self._bodies)

    def restricted(self, route: Route) -> Value[bool]:  # noqa: ARG002
        return inheritance.restricted(self._upstreams.configuration, self._bodies)


def _static_files(file: File, written: Iterable[Where], shared: _State) -> Iterator[StaticFiles]:
    """`root` and `alias` of locations that serve files; those of servers are often there for nothing."""
    for statement, chain in written:
        if len(statement.values) != 1:
            continue
        for bodies in shared.configuration.places(file, chain):
            location = bodies[0]
            if not isinstance(location, Block) or location.name != "location" or _answers_otherwise(location):
                continue
            folder = inheritance.resolve(shared.configuration, bodies, statement.argument)
            if isinstance(folder, Known) and "$" in folder.value:
                folder = Unknown("depends on a variable", folder.at)
            server = shared.servers.get(id(_server(bodies)))
            yield StaticFiles(file, statement.argument.at, _location_of(bodies), folder, server)
            break


def _answers_otherwise(location: Block) -> bool:
    """Whether another server or a fixed answer takes all requests: `root` is then a mere variable."""
    return any(child.name in PASSES or child.name == "return" for child in location.children)


def _server(bodies: Sequence[Body]) -> Block | None:
    for body in bodies:
        if isinstance(body, Block) and body.name == "server":
            return body
    return None


def _location_of(bodies: Sequence[Body]) -> str:
    """The arguments of the innermost location as written; empty outside one."""
    for body in bodies:
        if isinstance(body, Block) and body.name == "location":
            return " ".join(word.raw for word in body.args)
    return ""


def _included(file: File, known: Configuration) -> Iterator[Unresolved | Reference]:
    """Files of the project that an `include` brings in, and includes that lead nowhere.

    An absolute path is one of the server, unless it leads to the same configuration.
    """
    for include, _ in includes_of(file):
        if not include.values:
            continue
        found = known.included(include)
        if not found.known:
            yield Unresolved(file, include.values[0], "include", include.at)
        written = include.values[0]
        for other in found.files:
            near = not written.startswith("/") or home(other.path) == home(file.path)
            if near and other.path != file.path:
                yield Reference(file, other.path, "include", include.at)
            elif "*" not in written:
                yield Reference(file, written, "include", include.at)
