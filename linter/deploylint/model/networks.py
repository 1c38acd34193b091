"""Who can be reached from where: container networks, published ports, names and socket files."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property

from deploylint.dataclass import dataclass, field
from deploylint.facts import HOST, Known, Listener, Mount, Namespace, PublishedPort, Service
from deploylint.values.address import Address, TcpAddress, UnixAddress, covers, is_any, is_loopback

# Names by which a container reaches its host (docs.docker.com, "host.docker.internal"; the default bridge's gateway).
HOST_NAMES = frozenset(
    {"host.docker.internal", "gateway.docker.internal", "172.17.0.1", "host.containers.internal"}
)


@dataclass(slots=True)
class _Listening:
    """Listeners by network and port, by where their socket file lies, and by network those without a known address.

    `relative`: names of socket files that lie in a folder nobody knows.
    """

    tcp: dict[tuple[Namespace, int], list[Listener]] = field(default_factory=dict)
    unix: dict[str, dict[str, list[Listener]]] = field(default_factory=dict)
    unknown: dict[Namespace, list[Listener]] = field(default_factory=dict)
    relative: set[str] = field(default_factory=set)


class Networks:
    """The networks of one deployment, indexed: looking a target up does not walk over all listeners."""

    def __init__(
        self, services: Iterable[Service], ports: Iterable[PublishedPort], mounts: Iterable[Mount]
    ) -> None:
        self.services = {service.namespace: service for service in services}
        self._published: dict[int, list[PublishedPort]] = {}
        for port in ports:
            if isinstance(port.host_port, Known) and port.host_port.value is not None:
                self._published.setdefault(port.host_port.value, []).append(port)
        self._mounts: dict[Namespace, list[Mount]] = {}
        for mount in sorted(mounts, key=lambda mount: -len(mount.target)):
            self._mounts.setdefault(mount.service.namespace, []).append(mount)
        self._listeners: list[Listener] = []

    def add(self, *listeners: Listener) -> None:
        """Put listeners where they listen."""
        self._listeners.extend(listeners)
        self.__dict__.pop("_listening", None)

    @cached_property
    def _by_name(self) -> dict[str, list[Service]]:
        found: dict[str, list[Service]] = {}
        for service in self.services.values():
            for name in service.names:
                found.setdefault(name.lower(), []).append(service)
        return found

    @cached_property
    def _modes(self) -> dict[Namespace, str]:
        """The `network_mode` of services that have one, which few do."""
        return {
            namespace: mode for namespace, service in self.services.items() if (mode := service.network_mode)
        }

    @cached_property
    def _listening(self) -> _Listening:
        """The listeners sorted out, when the first target is looked up."""
        found = _Listening()
        for listener in self._listeners:
            network = self.network(listener.namespace)
            match listener.address:
                case Known(value=TcpAddress(port=port)):
                    found.tcp.setdefault((network, port), []).append(listener)
                case Known(value=UnixAddress() as address):
                    where, path = self.shared_path(address, listener.namespace)
                    found.unix.setdefault(where, {}).setdefault(path, []).append(listener)
                    if not address.path.startswith("/"):
                        found.relative.add(address.path.rpartition("/")[2])
                case _:
                    found.unknown.setdefault(network, []).append(listener)
        return found

    @property
    def unknown(self) -> dict[Namespace, list[Listener]]:
        """The listeners of which nobody knows the address, by network."""
        return self._listening.unknown

    def network(self, namespace: Namespace) -> Namespace:
        """The namespace whose network is used: `network_mode: host` and `service:x` share another one's."""
        if not self._modes:
            return namespace
        for _ in range(8):
            mode = self._modes.get(namespace, "")
            if mode == "host":
                return HOST
            if not mode.startswith("service:"):
                return namespace
            namespace = Namespace(namespace.project, mode.removeprefix("service:"))
        return namespace

    def named(self, host: str, origin: Namespace) -> list[Service]:
        """The services that a name means for a container, or for a file whose container is not known."""
        found = self._by_name.get(host.lower(), [])
        same = [service for service in found if origin.is_host or service.project == origin.project]
        return same or found

    def on(self, network: Namespace, address: TcpAddress) -> Iterator[Listener]:
        """Listeners of a network that a connection made inside it reaches."""
        for listener in self._listening.tcp.get((network, address.port), ()):
            if isinstance(listener.address, Known) and covers(listener.address.value, address):
                yield listener

    def port_of(self, service: Service, port: int) -> Iterator[Listener]:
        """Listeners of a service on a port, also those that only the container itself can reach."""
        return iter(self._listening.tcp.get((self.network(service.namespace), port), ()))

    def published(self, port: int) -> list[PublishedPort]:
        """The compose ports that answer on a port of the host."""
        return self._published.get(port, [])

    def at_path(self, address: UnixAddress, namespace: Namespace) -> Iterator[Listener]:
        """Listeners on a unix socket, found through the volumes that two containers share."""
        where, path = self.shared_path(address, namespace)
        return iter(self._listening.unix.get(where, {}).get(path, ()))

    def is_relative_somewhere(self, address: UnixAddress) -> bool:
        """Whether somebody listens on a relative path, in a folder that nobody knows, whose last part is the same."""
        _, slash, name = address.path.rpartition("/")
        return bool(slash) and name in self._listening.relative

    def shared_path(self, address: UnixAddress, namespace: Namespace) -> tuple[str, str]:
        """(where, path): the volume, host or container that holds a socket file, and its path there."""
        if namespace.is_host or address.abstract:
            return "host", str(address)
        for mount in self._mounts.get(namespace, ()):
            target = _run(mount.target.rstrip("/"))
            if address.path == target or address.path.startswith(target + "/"):
                rest = address.path[len(target) :].lstrip("/")
                if mount.kind == "volume":
                    return f"volume {namespace.project} {mount.source}", rest
                if mount.kind in ("bind", "host"):
                    return "host", posixpath.join(mount.source, rest)
        return f"container {namespace.project} {namespace.service}", str(address)


def _run(path: str) -> str:
    return path[len("/var") :] if path.startswith("/var/run") else path


def is_this_machine(address: Address) -> bool:
    """Whether a target means the machine or container that connects."""
    return is_loopback(address) or is_any(address)
