"""Proxy routes -> the listeners they reach, or the reason why none is known."""

from collections.abc import Iterable, Iterator
from itertools import islice

from deploylint.dataclass import dataclass
from deploylint.facts import HOST, Known, Listener, Namespace, Route, Target
from deploylint.model.links import AppServer, Connection, Deployment, Verdict
from deploylint.model.networks import HOST_NAMES, Networks, is_this_machine
from deploylint.model.purposes import is_for_application
from deploylint.model.variants import stage, together
from deploylint.model.world import openness
from deploylint.values.address import TcpAddress, UnixAddress, is_ipv4

# How many listeners a finding may show.
_MOST = 8
# More than anybody starts on one address: what is said of these holds for the others.
_MOST_REACHED = 64


@dataclass(frozen=True, slots=True)
class _End:
    """A target looked up: the verdict so far, whom it reaches, and in which network somebody should listen."""

    verdict: Verdict
    why: str
    listeners: tuple[Listener, ...] = ()
    network: Namespace = HOST


_Missing = dict[Namespace, dict[str | None, set[object]]]


def connect(deployment: Deployment, networks: Networks) -> list[Connection]:
    """Every target of every route, from each namespace its nginx runs in."""
    # A block of Lua in the deployment's upstreams chooses the server; the addresses beside it are dummies.
    scripted = any(
        document.format == "nginx" and "balancer_by_lua" in document.source.text
        for document in deployment.documents
    )
    ends = [
        (route, target, namespace, _look_up(route, target, namespace, networks, scripted=scripted))
        for route in deployment.every(Route)
        for namespace in deployment.namespaces_of(route.document)
        for target in route.targets
        if not target.spare
    ]
    if not ends:
        return []
    reached = {id(listener) for *_, end in ends for listener in end.listeners}
    servers = {
        id(listener): server
        for server in deployment.servers
        for listener in (*server.listeners, *server.handed)
    }
    orphans: dict[Namespace, list[Listener]] = {}
    for candidate in deployment.servers:
        if candidate.process.is_presumed:
            continue
        if not any(id(listener) in reached for listener in (*candidate.listeners, *candidate.handed)):
            for listener in candidate.listeners:
                orphans.setdefault(networks.network(listener.namespace), []).append(listener)
    missing = _missing(ends)
    ports = _by_port(deployment)
    reasons: dict[tuple[Namespace, str | None], str] = {}
    connections = []
    for route, target, namespace, end in ends:
        lost: tuple[Listener, ...] = ()
        reason = ""
        if end.verdict is Verdict.NOBODY:
            near = orphans.get(end.network, ())
            meant = (listener for listener in near if _may_be_meant(listener, route, end, networks))
            lost = tuple(islice(meant, _MOST)) or tuple(
                islice(_other_sockets(route, target, end, deployment, networks), _MOST)
            )
            place = end.network, stage(route.document.path)
            if place not in reasons:
                reasons[place] = openness(deployment, networks, end.network, route)
            reason = reasons[place]
        found = [server for listener in end.listeners if (server := servers.get(id(listener))) is not None]
        connections.append(
            Connection(
                route,
                target,
                namespace,
                end.verdict,
                listeners=end.listeners,
                servers=_unique(found),
                orphans=lost,
                elsewhere=_elsewhere(ports, networks, end, target),
                neighbours=deployment.processes_in(networks.network(namespace)),
                certain=end.verdict is Verdict.NOBODY
                and bool(lost)
                and not reason
                and is_for_application(route, target, lost)
                and _is_the_one(missing, route, end, target),
                why=reason or end.why,
            )
        )
    return connections


def _by_port(deployment: Deployment) -> dict[int, list[Listener]]:
    """The application listeners on each TCP port, without those that only may run."""
    found: dict[int, list[Listener]] = {}
    for server in deployment.servers:
        for listener in () if server.process.is_presumed else server.listeners:
            match listener.address:
                case Known(value=TcpAddress(port=port)):
                    found.setdefault(port, []).append(listener)
                case _:
                    pass
    return found


def _elsewhere(
    ports: dict[int, list[Listener]], networks: Networks, end: _End, target: Target
) -> tuple[Listener, ...]:
    """Application listeners on the target's port in other networks; empty when the target is reached."""
    if end.verdict is not Verdict.NOBODY or target.port is None:
        return ()
    others = (x for x in ports.get(target.port, ()) if networks.network(x.namespace) != end.network)
    return tuple(islice(others, _MOST))


def _unique(servers: Iterable[AppServer]) -> tuple[AppServer, ...]:
    return tuple({id(server): server for server in servers}.values())


def _identity(target: Target) -> object:
    return target.address.value if isinstance(target.address, Known) else target.host


def _missing(ends: list[tuple[Route, Target, Namespace, _End]]) -> _Missing:
    """The dangling targets of each network and stage."""
    found: _Missing = {}
    for route, target, _, end in ends:
        if end.verdict is Verdict.NOBODY:
            stages = found.setdefault(end.network, {})
            stages.setdefault(stage(route.document.path), set()).add(_identity(target))
    return found


def _is_the_one(missing: _Missing, route: Route, end: _End, target: Target) -> bool:
    """Whether no other target of its network dangles: else one of them may be a server of another project.

    The servers of one upstream are one application.
    """
    own = stage(route.document.path)
    alike = {_identity(other) for other in (route.targets if route.upstream is not None else (target,))}
    return all(
        identities <= alike
        for other, identities in missing.get(end.network, {}).items()
        if own is None or other is None or own == other
    )


def _other_sockets(
    route: Route, target: Target, end: _End, deployment: Deployment, networks: Networks
) -> Iterator[Listener]:
    """Unix sockets of the network's application servers, for a catch-all route to a socket that nobody creates.

    A port may belong to a program that the files do not name; a socket's path names its application.
    """
    match target.address:
        case Known(value=UnixAddress(abstract=False)) if end.verdict is Verdict.NOBODY:
            pass
        case _:
            return
    if route.location not in ("", "/") and not route.location.startswith("@"):
        return
    for server in deployment.servers:
        for listener in () if server.process.is_presumed else server.listeners:
            if (
                isinstance(listener.address, Known)
                and isinstance(listener.address.value, UnixAddress)
                and _may_be_meant(listener, route, end, networks)
            ):
                yield listener


def _may_be_meant(listener: Listener, route: Route, end: _End, networks: Networks) -> bool:
    return networks.network(listener.namespace) == end.network and together(
        listener.document.path, route.document.path
    )


def _look_up(
    route: Route, target: Target, namespace: Namespace, networks: Networks, *, scripted: bool
) -> _End:
    if scripted and route.upstream is not None:
        return _End(Verdict.UNKNOWN, "a script chooses the server")
    if not isinstance(target.address, Known):
        if target.host is not None and target.port is not None:
            if target.host in HOST_NAMES:
                return _in_network(route, TcpAddress("127.0.0.1", target.port), HOST, networks)
            return _by_name(route, target.host, target.port, namespace, networks)
        return _End(Verdict.UNKNOWN, target.address.reason)
    address = target.address.value
    if isinstance(address, UnixAddress):
        return _by_path(route, address, namespace, networks)
    if not isinstance(address, TcpAddress):
        return _End(Verdict.UNKNOWN, "an inherited socket")
    if is_this_machine(address):
        return _in_network(route, address, networks.network(namespace), networks)
    if address.host in HOST_NAMES:
        return _in_network(route, TcpAddress("127.0.0.1", address.port), HOST, networks)
    if is_ipv4(address.host or "") or (address.host or "").startswith("["):
        reached = networks.on(networks.network(namespace), address)
        return _reach(route, reached, networks.network(namespace)) or _End(
            Verdict.EXTERNAL, "another machine's address"
        )
    return _by_name(route, address.host or "", address.port, namespace, networks)


def _by_name(route: Route, host: str, port: int, namespace: Namespace, networks: Networks) -> _End:
    own = networks.services.get(namespace)
    if own is not None and host in own.extra_hosts:
        return _End(Verdict.EXTERNAL, "an entry of extra_hosts")
    services = networks.named(host, namespace)
    for service in services:
        network = networks.network(service.namespace)
        found = _reach(route, networks.port_of(service, port), network)
        if found:
            return found
        if networks.unknown.get(network):
            return _End(Verdict.UNKNOWN, f"what {service.name} listens on is not known", network=network)
    if services:
        return _End(Verdict.NOBODY, "", network=networks.network(services[0].namespace))
    return _End(Verdict.EXTERNAL, "a name that only DNS knows")


def _by_path(route: Route, address: UnixAddress, namespace: Namespace, networks: Networks) -> _End:
    network = networks.network(namespace)
    found = _reach(route, networks.at_path(address, namespace), network)
    if found:
        return found
    if networks.is_relative_somewhere(address):
        return _End(Verdict.UNKNOWN, "a relative socket path of that name is in use", network=network)
    if networks.unknown.get(network):
        return _End(Verdict.UNKNOWN, "somebody listens on an address that is not known", network=network)
    return _End(Verdict.NOBODY, "", network=network)


def _in_network(route: Route, address: TcpAddress, network: Namespace, networks: Networks) -> _End:
    found = _reach(route, networks.on(network, address), network)
    if found:
        return found
    if network.is_host:
        for port in networks.published(address.port):
            if not isinstance(port.container_port, Known):
                return _End(Verdict.UNKNOWN, "a published port of unknown target")
            inner = networks.port_of(port.service, port.container_port.value)
            return _reach(route, inner, network) or _End(Verdict.EXTERNAL, f"a port of {port.service.name}")
    if networks.unknown.get(network):
        return _End(Verdict.UNKNOWN, "somebody listens on an address that is not known", network=network)
    return _End(Verdict.NOBODY, "", network=network)


def _reach(route: Route, listeners: Iterable[Listener], network: Namespace) -> _End | None:
    """The listeners that can be active together with the route; None when there are none. Those that run come first."""
    certain, presumed = list[Listener](), list[Listener]()
    for item in listeners:
        if together(item.document.path, route.document.path):
            (presumed if item.presumed else certain).append(item)
            if len(certain) == _MOST_REACHED:
                break
    if certain:
        return _End(Verdict.REACHED, "", tuple(certain), network)
    if not presumed:
        return None
    why = f"{presumed[0].owner} listens there, if somebody starts it"
    return _End(Verdict.UNKNOWN, why, tuple(presumed[:_MOST_REACHED]), network)
