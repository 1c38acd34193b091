"""Every value that the model uses, with the reason why it holds: what `--why` looks through."""

from collections.abc import Iterable, Iterator
from math import isinf

from deploylint import secrets
from deploylint.dataclass import dataclass, replace
from deploylint.facts import (
    Known,
    Listener,
    Mount,
    Process,
    PublishedPort,
    Reference,
    Route,
    Service,
    SocketUnit,
    StaticFiles,
    Unknown,
    Unresolved,
    Value,
    VirtualServer,
)
from deploylint.map.details import (
    Detail,
    application_details,
    duration,
    listening,
    optional,
    process_details,
    route_details,
    server_details,
    server_names,
)
from deploylint.model.links import AppServer, Connection, Deployment
from deploylint.model.wording import address_of
from deploylint.source import Location

# Settings that `application_details` shows, or that the listeners and the application are made from.
_TOLD = frozenset({"timeout", "graceful_timeout", "workers", "bind", "config", "wsgi_app"})
_TELLING_DEFAULTS = frozenset({"worker_class", "threads", "keepalive", "forwarded_allow_ips"})


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing of the deployment, where it stands, and what holds for it.

    `variables` are those of its environment, which are many: they are shown where they are written only.
    """

    title: str
    at: Location | None
    details: tuple[Detail, ...]
    variables: tuple[Detail, ...] = ()


def holdings(deployment: Deployment) -> Iterator[Holding]:
    """Servers and processes, routes, static files, sockets, and what compose says of containers."""
    for virtual in deployment.every(VirtualServer):
        yield Holding(server_names(virtual), virtual.at, tuple(server_details(virtual)))
    shown: set[int] = set()
    for server in deployment.servers:
        shown |= {id(server.process), id(server.origin)}
        yield _server(server)
    for process in deployment.every(Process):
        if id(process) not in shown:
            yield _process(process)
    for route in deployment.every(Route):
        details = [*_on_the_way(route), *_reaching(deployment.connections_of(route))]
        yield Holding(f"{route.directive} {route.location}".strip(), route.at, tuple(details))
    for files in deployment.every(StaticFiles):
        yield Holding(f"files of {files.location}", files.at, tuple(optional("folder", files.folder)))
    for unit in deployment.every(SocketUnit):
        yield Holding(unit.name, unit.at, (Detail("hands its sockets to", unit.service, at=unit.at),))
    for listener in deployment.stated:
        if listener.owner != "nginx":
            yield Holding(listener.owner, listener.at, tuple(_socket(listener)))
    yield from _containers(deployment)
    yield from _files(deployment)


def _process(process: Process) -> Holding:
    program = process.invocation.program if process.invocation else "unknown command"
    details = (*process_details(process), *_supervision(process))
    return Holding(f"{process.full_name} ({program})", process.at, details, tuple(_variables(process)))


def _server(server: AppServer) -> Holding:
    process = server.process
    details = [*process_details(process), *_supervision(process), *application_details(server)]
    details += _settings(server)
    title = f"{process.full_name} ({server.kind})"
    return Holding(title, process.at, tuple(details), tuple(_variables(process)))


def _settings(server: AppServer) -> Iterator[Detail]:
    """What somebody has set, and the defaults that matter beside a proxy; the rest would fill a page."""
    for name, value in server.settings.items():
        if name in _TOLD or (isinstance(value, Unknown) and value.at is None):
            continue
        if isinstance(value, Known) and value.default and name not in _TELLING_DEFAULTS:
            continue
        for detail in optional(name, value):
            secret = detail.known and secrets.find(f"{name} = {detail.text}")
            yield replace(detail, text="(a secret)") if secret else detail


def _supervision(process: Process) -> Iterator[Detail]:
    supervision = process.supervision
    for name, value in (
        ("group", process.group),
        ("umask", _octal(process.umask)),
        ("instances", process.instances),
        ("stop signal", supervision.stop_signal),
        ("the last kill reaches its children", supervision.kills_group),
    ):
        if not process.instance or name != "instances":
            yield from optional(name, value)
    yield from duration("counts as started after", supervision.start_seconds)


def _octal(value: Value[int | None]) -> Value[str | None]:
    if isinstance(value, Unknown):
        return value
    text = None if value.value is None else f"{value.value:04o}"
    return Known(text, value.at, value.why, value.default)


def _variables(process: Process) -> Iterator[Detail]:
    for name, value in process.environment.variables.items():
        if isinstance(value, Unknown):
            yield Detail(name, value.reason, at=value.at, known=False)
        else:
            secret = secrets.find(f"{name}={value.value}")
            yield Detail(f"{name} =", "(a secret)" if secret else value.value, value.why, value.at)


def _on_the_way(route: Route) -> Iterator[Detail]:
    """What holds for a request that takes a route."""
    yield from route_details(route)
    yield from optional("takes bodies up to", _bytes(route.body_limit))
    yield from optional("takes headers up to", _bytes(route.header_limit))
    yield from duration("keeps unused connections for", route.idle_time)
    if isinstance(route.restricted, Known) and route.restricted.value:
        yield Detail("passes on", "the requests of some", route.restricted.why, route.restricted.at)
    if isinstance(route.headers, Unknown):
        yield Detail("headers", route.headers.reason, at=route.headers.at, known=False)
    else:
        names = ", ".join(sorted(route.headers.value)) or "none"
        yield Detail("sets the headers", names, route.headers.why, route.headers.at)


def _bytes(value: Value[float]) -> Value[str]:
    if isinstance(value, Unknown):
        return value
    text = "any size" if isinf(value.value) else f"{value.value:.0f} bytes"
    return Known(text, value.at, value.why, value.default)


def _reaching(connections: Iterable[Connection]) -> Iterator[Detail]:
    for connection in connections:
        at = connection.target.at
        reached = ", ".join(
            f"{server.process.full_name} at {server.process.at}" for server in connection.servers
        )
        text = ": ".join(part for part in (connection.verdict.value, reached or connection.why) if part)
        yield Detail(address_of(connection.target), f"({text})", at=at)


def _socket(listener: Listener) -> Iterator[Detail]:
    yield listening(listener, "listens on")
    mode = listener.mode
    if isinstance(mode, Known) and mode.value is not None:
        yield Detail("mode", f"{mode.value:04o}", mode.why, mode.at)
    if isinstance(listener.authenticated, Known) and listener.authenticated.value:
        yield Detail("asks for", "a password", listener.authenticated.why, listener.authenticated.at)


def _containers(deployment: Deployment) -> Iterator[Holding]:
    for service in deployment.every(Service):
        details = [Detail("is called", ", ".join(sorted(service.names)), at=service.at)]
        if service.network_mode:
            details.append(Detail("uses the network", service.network_mode, at=service.at))
        yield Holding(f"container {service.name}", service.at, tuple(details))
    for port in deployment.every(PublishedPort):
        outer = optional(
            f"port of the host on {port.host_ip or 'every address'}", _text(port.host_port, port.at)
        )
        details = [*outer, *optional("container port", _text(port.container_port, port.at))]
        yield Holding(f"container {port.service.name}", port.at, tuple(details))
    for mount in deployment.every(Mount):
        text = f"{mount.source} as {mount.target}"
        yield Holding(f"container {mount.service.name}", mount.at, (Detail("sees", text, at=mount.at),))


def _files(deployment: Deployment) -> Iterator[Holding]:
    for read in deployment.every(Reference):
        yield Holding(read.document.path, read.at, (Detail("reads", read.path, at=read.at),))
    for missing in deployment.every(Unresolved):
        detail = Detail("reads", f"{missing.path} is not in the project", at=missing.at, known=False)
        yield Holding(missing.document.path, missing.at, (detail,))


def _text(value: Value[int | None] | Value[int], at: Location) -> Value[str | None]:
    if isinstance(value, Unknown):
        return value
    text = None if value.value is None else str(value.value)
    return Known(text, value.at or at, value.why, value.default)
