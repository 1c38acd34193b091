"""Network addresses: where something listens, where something connects to, and whether the two meet.

The parsers of each program's way of writing one are in `listen` and `target`.
"""

from deploylint.dataclass import dataclass
from deploylint.pattern import ASCII, pattern
from deploylint.values.errors import InvalidValue, quoted

ANY_IPV4 = "0.0.0.0"  # noqa: S104
ANY_IPV6 = "[::]"
LOCALHOST = "localhost"

# The names that Debian's and Red Hat's /etc/hosts give to the loopback addresses.
_LOOPBACK_NAMES = frozenset({LOCALHOST, "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_IPV4 = pattern(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", ASCII)
_SLASHES = pattern(r"/(?:\.?/)++")


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """`host` is a lower-case name, an IPv4 address, an IPv6 address in brackets, or None.

    None is any address of both families, `0.0.0.0` any IPv4 and `[::]` any IPv6 address. Loopback
    names are `localhost`. Port 0 stands for a port that the kernel chooses.
    """

    host: str | None
    port: int

    def __str__(self) -> str:
        return f"{self.host or '*'}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A Unix socket. An abstract one has its name without `@`; a relative path has no leading slash."""

    path: str
    abstract: bool = False

    def __str__(self) -> str:
        return f"@{self.path}" if self.abstract else self.path


@dataclass(frozen=True, slots=True)
class FdAddress:
    """A socket that the parent process has opened."""

    fd: int

    def __str__(self) -> str:
        return f"fd://{self.fd}"


Address = TcpAddress | UnixAddress | FdAddress


def tcp(host: str | None, port: int) -> TcpAddress:
    """A normalised TCP address; `host` is bare or, for IPv6, with or without brackets."""
    return TcpAddress(None if host is None else _normal_host(host), port)


def unix(path: str) -> UnixAddress:
    """A Unix socket in the file system, normalised: `/var/run` is `/run` (systemd's and Debian's symlink)."""
    path = _SLASHES.sub("/", path)
    if path.startswith("/var/run/"):
        path = path[len("/var") :]
    return UnixAddress(path.removeprefix("./"))


def abstract(name: str) -> UnixAddress:
    """A socket in Linux' abstract name space (unix(7)); `name` without its marker."""
    return UnixAddress(name, abstract=True)


def in_directory(address: Address, directory: str) -> Address:
    """The address as a process in this directory means it: only relative paths change."""
    if not isinstance(address, UnixAddress) or address.abstract or address.path.startswith("/"):
        return address
    return unix(f"{directory}/{address.path}")


def port_number(text: str, *, lowest: int, offset: int = 0) -> int:
    """A decimal port of ASCII digits, from `lowest` (0 or 1) to 65535."""
    if not (text.isascii() and text.isdigit()):
        raise InvalidValue(f"{quoted(text)} is not a port number", offset)
    return checked_port(int(text[:9]), lowest=lowest, offset=offset)


def nginx_port(text: str, offset: int) -> int:
    """A port as nginx reads it, with its message: decimal, 1 to 65535."""
    if not (text.isascii() and text.isdigit()):
        raise InvalidValue("invalid port", offset)
    significant = text.lstrip("0")
    if not significant or len(significant) > 5 or int(significant) > 65535:
        raise InvalidValue("invalid port", offset)
    return int(significant)


def checked_port(port: int, *, lowest: int, offset: int = 0) -> int:
    """The port if it is one."""
    if not lowest <= port <= 65535:
        raise InvalidValue(f"port {port} is not between {lowest} and 65535", offset)
    return port


def is_any(address: Address) -> bool:
    """Does a listener there take connections to every address of the machine (of one family at least)?"""
    return isinstance(address, TcpAddress) and address.host in {None, ANY_IPV4, ANY_IPV6}


def is_loopback(address: Address) -> bool:
    """A TCP address that only the machine (or the container) itself can reach."""
    return isinstance(address, TcpAddress) and _is_loopback_host(address.host)


def covers(listener: Address, target: Address) -> bool:
    """Does a connection to `target`, made in the listener's own network, reach the listener?

    Unknown names are equal only to themselves. A target of `0.0.0.0` or `[::]` is the loopback
    address, as Linux' connect(2) takes it. `localhost` may be either family.
    """
    if not (isinstance(listener, TcpAddress) and isinstance(target, TcpAddress)):
        return listener == target
    return listener.port == target.port and _host_covers(listener.host, _connected_host(target.host))


def overlaps(first: Address, second: Address) -> bool:
    """Would the second of two listeners fail with "address already in use"?

    Port 0 never collides. On Linux `[::]` of a socket that takes both families (host None) collides
    with every listener of its port.
    """
    if not (isinstance(first, TcpAddress) and isinstance(second, TcpAddress)):
        return first == second
    if first.port != second.port or first.port == 0:
        return False
    hosts = {first.host, second.host}
    if len(hosts) == 1 or None in hosts:
        return True
    families = [_families(host) for host in hosts if host is not None]
    if not hosts.isdisjoint({ANY_IPV4, ANY_IPV6}):
        return bool(families[0] & families[1])
    return hosts == {LOCALHOST, "127.0.0.1"}


def is_ipv4(host: str) -> bool:
    """Four decimal numbers without leading zeros."""
    return _IPV4.fullmatch(host) is not None


def ipv6(text: str) -> str | None:
    """The shortest form of an IPv6 address (a scope is kept), without brackets; None when it is none."""
    if ":" not in text or len(text) > 64:
        return None
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415  a slow import, rarely needed

    try:
        return str(IPv6Address(text))
    except AddressValueError:
        return None


def _normal_host(host: str) -> str:
    host = host.lower()
    if host in _LOOPBACK_NAMES:
        return LOCALHOST
    if host == "0":  # inet_aton(3)
        return ANY_IPV4
    if ":" in host:
        bare = host.removeprefix("[").removesuffix("]")
        return f"[{ipv6(bare) or bare}]"
    return host


def _is_loopback_host(host: str | None) -> bool:
    return host is not None and (host in {LOCALHOST, "[::1]"} or (host.startswith("127.") and is_ipv4(host)))


def _connected_host(host: str | None) -> str:
    return {None: LOCALHOST, ANY_IPV4: "127.0.0.1", ANY_IPV6: "[::1]"}.get(host) or str(host)


def _host_covers(listener: str | None, target: str) -> bool:
    if listener is None or listener == target:
        return True
    if listener == ANY_IPV4:
        return "v4" in _families(target)
    if listener == ANY_IPV6:
        return "v6" in _families(target)
    if LOCALHOST in (listener, target):
        return {listener, target} <= {LOCALHOST, "127.0.0.1", "[::1]"}
    return False


def _families(host: str) -> frozenset[str]:
    """The address families that a host may have; a name may have both."""
    if host.startswith("["):
        return frozenset({"v6"})
    if is_ipv4(host):
        return frozenset({"v4"})
    return frozenset({"v4", "v6"})
