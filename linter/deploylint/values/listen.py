"""Where to listen, as each program writes it: text to address, or `InvalidValue`.

Each function says what it takes from the program's own source. A value that the program takes but
cannot work with (gunicorn's `8000`, a host name) is refused, too.
"""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.pattern import ASCII, pattern
from deploylint.values.address import (
    ANY_IPV4,
    Address,
    FdAddress,
    TcpAddress,
    UnixAddress,
    abstract,
    checked_port,
    ipv6,
    is_ipv4,
    nginx_port,
    port_number,
    tcp,
    unix,
)
from deploylint.values.errors import InvalidValue, quoted

_GUNICORN_UNIX = pattern(r"unix:(?://)?+")
_LEADING_NUMBER = pattern(r"[ \t\n\r\f\v]*+([+-]?\d++)", ASCII)
_PYTHON_INTEGER = pattern(r"\s*+([+-]?\d++(?:_\d++)*+)\s*+")
_C_INTEGER = pattern(r"\+?(0[xX][0-9a-fA-F]++|0[bB][01]++|0[oO][0-7]++|0[0-7]*+|[1-9]\d*+)", ASCII)
_DJANGO = pattern(
    r"(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[a-fA-F0-9:]++\]|[a-zA-Z0-9-]++(?:\.[a-zA-Z0-9-]++)*+):)?+(\d++)",
    ASCII,
)


_SUPERVISOR_TCP = pattern(r"tcp://([^\s:]++):(\d++)\n?")
_COLON, _ESCAPED = pattern(r"(?<!\\):"), pattern(r"\\(.)")  # of Twisted's endpoints
_PORTS = pattern(r"\d++(?:-\d++)?+", ASCII)


@dataclass(frozen=True, slots=True)
class SharedSocket:
    """uWSGI's `=N`: the N-th `shared-socket`, counted from 0."""

    number: int


@lru_cache(maxsize=1024)
def gunicorn_bind(text: str, *, default_port: int = 8000) -> Address:
    """The `bind` of gunicorn (gunicorn/util.py, parse_address, and gunicorn/sock.py).

    `unix://path` with two slashes is a relative path. Without a port it is 8000, without a host any
    IPv4 address. A bare number or a bare path is a host name to gunicorn, which no machine has.
    """
    if _GUNICORN_UNIX.match(text):
        path = _GUNICORN_UNIX.split(text)[-1]
        if not path:
            raise InvalidValue("no path after 'unix:'", len(text))
        return abstract(path[1:]) if path.startswith("\0") else unix(path)
    if text.startswith("fd://"):
        return FdAddress(_python_integer(text[5:], "file descriptor", 5))
    rest = text.split("tcp://")[1] if text.startswith("tcp://") else text
    offset = len(text) - len(rest) if text.endswith(rest) else 0
    host, port = _gunicorn_host_and_port(rest, str(default_port))
    number = checked_port(_python_integer(port, "port number", offset), lowest=0, offset=offset)
    if "/" in host or (host.isascii() and host.isdigit() and int(host[:9])):
        what = "a Unix socket is written unix:/path" if "/" in host else f"a port is written :{host}"
        raise InvalidValue(f"{quoted(host)} is a host name to gunicorn; {what}", offset)
    if host in {"", "localhost"}:
        return tcp("127.0.0.1" if host else ANY_IPV4, number)
    if ":" in host and ipv6(host) is None:
        raise InvalidValue(f"{quoted(host)} is not an IPv6 address", offset)
    return tcp(None if ipv6(host) == "::" else host, number)


def _gunicorn_host_and_port(text: str, default_port: str) -> tuple[str, str]:
    if "[" in text and "]" in text:
        return text.split("]", 1)[0][1:].lower(), [*text.split("]:"), default_port][1]
    if ":" in text:
        host, port = text.split(":")[:2]
        return host.lower(), port
    return text.lower(), default_port


def uwsgi_socket(text: str) -> Address | SharedSocket | None:
    """The `socket` of uWSGI and its kin (uWSGI 2.0.31, core/socket.c).

    Whatever has a colon is TCP, the port being what atoi(3) makes of the rest; anything else is a
    path. None for `10.0.*:P`, which takes the address of a network interface, and for `::`, which
    takes what is open as file descriptor 0. uWSGI binds to 255.255.255.255 when it cannot resolve a
    host, and to any free port when the port is no number; both are refused here.
    """
    name = text.lstrip()
    if not name:
        raise InvalidValue("invalid/empty uwsgi socket name")
    offset = len(text) - len(name)
    if name.startswith("="):
        return SharedSocket(_leading_number(name[1:]))
    if name.startswith("fd://"):
        return FdAddress(_leading_number(name[5:]))
    host, colon, port_text = name.rpartition(":")
    if not colon:
        return _uwsgi_path(name)
    if "*" in name or port_text.startswith(":") or name.startswith("::"):
        return None
    if "/" in name or "," in name:
        mark = "," if "," in name else "/"
        problem = "one address only" if mark == "," else "a Unix socket is written as a path without a colon"
        raise InvalidValue(f"{quoted(name)} is host and port to uWSGI; {problem}", offset + name.index(mark))
    at = offset + len(host) + 1
    if port_text and not _LEADING_NUMBER.match(port_text):
        raise InvalidValue(f"{quoted(port_text)} is not a port number", at)
    port = checked_port(_leading_number(port_text), lowest=0, offset=at)
    if host.startswith("[") and host.endswith("]"):
        if ipv6(host[1:-1]) is None:
            raise InvalidValue(f"{quoted(host)} is not an IPv6 address", offset)
        return tcp(None if ipv6(host[1:-1]) == "::" else host, port)
    if ":" in host:
        raise InvalidValue(f"{quoted(host)} is not a host", offset)
    return tcp(host or ANY_IPV4, port)


def uwsgi_tls_socket(text: str) -> Address | SharedSocket | None:
    """The `https`, `https-socket` and `suwsgi-socket` of uWSGI: an address, then `,certificate,key`."""
    return uwsgi_socket(text.partition(",")[0])


def _uwsgi_path(name: str) -> UnixAddress:
    if len(name) > 102:
        raise InvalidValue("uWSGI takes no socket path longer than 102 bytes", 102)
    if name.startswith("@"):
        return abstract(name[1:])
    return abstract(name[2:]) if name.startswith("\\0") else unix(name)


def nginx_listen(text: str, *, ipv6_only: bool = True) -> tuple[TcpAddress | UnixAddress, ...]:
    """The `listen` of nginx: one address, or several for a range of ports (src/core/ngx_inet.c, ngx_parse_url).

    The port is 80 when there is none. `ipv6_only` is the parameter `ipv6only`, on by default:
    `[::]:80` takes no IPv4 then.
    """
    # A range may be as large as memory, and stands in few files.
    return _one_or_several(text, ipv6_only) if "-" in text else _kept(text, ipv6_only)


def _one_or_several(text: str, ipv6_only: bool) -> tuple[TcpAddress | UnixAddress, ...]:  # noqa: FBT001  a key of the cache
    if text[:5].lower() == "unix:":
        if len(text) == 5:
            raise InvalidValue("no path in the unix domain socket", 5)
        return (unix(text[5:]),)
    host, port_text, at = _nginx_listen_parts(text)
    first, dash, last = port_text.partition("-")
    low = nginx_port(first, at)
    high = nginx_port(last, at + len(first) + 1) if dash else low
    if high < low:
        raise InvalidValue("invalid port range", at)
    if host == "[::]" and not ipv6_only:
        host = None
    return tuple(tcp(ANY_IPV4 if host == "*" else host, port) for port in range(low, high + 1))


_kept = lru_cache(maxsize=1024)(_one_or_several)


def _nginx_listen_parts(text: str) -> tuple[str | None, str, int]:
    """Host, port and the offset of the port."""
    if text.startswith("["):
        host, bracket, rest = text.partition("]")
        if not bracket or (rest and rest[0] != ":"):
            raise InvalidValue("invalid host")
        if len(host) == 1:
            raise InvalidValue("no host")
        if ipv6(host[1:]) is None or "%" in host:
            raise InvalidValue("invalid IPv6 address")
        return f"[{ipv6(host[1:])}]", rest[1:] if rest else "80", len(host) + 2
    if "/" in text or "?" in text:
        raise InvalidValue("invalid host")
    host, colon, port = text.partition(":")
    if colon:
        if not host:
            raise InvalidValue("no host")
        return host, port, len(host) + 1
    if _PORTS.fullmatch(text):
        return "*", text, 0
    if not text:
        raise InvalidValue("no host")
    return text, "80", 0


def systemd_stream(text: str) -> Address | None:
    """A `ListenStream=` (systemd 252, src/basic/socket-util.c); None for an AF_VSOCK address.

    A bare port takes both families. A host is an IP address, never a name. `BindIPv6Only=` is taken
    to be its default: `[::]:P` takes IPv4, too.
    """
    if text.startswith("/") and len(text) > 1:
        return unix(text)
    if text.startswith("@") and len(text) > 1:
        return abstract(text[1:])
    if text.startswith("vsock:"):
        return None
    host, colon, port = text.rpartition(":")
    number = _c_port(port, len(host) + len(colon))
    if not colon:
        return tcp(None, number)
    if is_ipv4(host):
        return tcp(host, number)
    address = ipv6(host[1:-1]) if host.startswith("[") and host.endswith("]") else None
    if address is None:
        raise InvalidValue("not an IPv4 address, nor an IPv6 address in brackets")
    return tcp(None if address == "::" else address, number)


def _c_port(text: str, offset: int) -> int:
    """safe_atou16 of systemd: 0x, 0b, 0o and a leading 0 give the base."""
    match = _C_INTEGER.fullmatch(text)
    if match is None or len(text) > 24:
        raise InvalidValue(f"{quoted(text)} is neither a port, nor an address, nor a path", offset)
    digits = match[1]
    base = 8 if digits[0] == "0" and digits[1:].isdigit() else 0
    return checked_port(int(digits, base), lowest=1, offset=offset)


def host_and_port(host: str, port: str) -> TcpAddress:
    """Host and port as separate options: uvicorn, granian, daphne, flask, waitress, http.server.

    The empty host is any address of both families (asyncio's create_server), as is `::`.
    """
    number = checked_port(_python_integer(port, "port number", 0), lowest=0)
    return tcp(None if host in {"", "::", "[::]"} else host, number)


def hypercorn_bind(text: str) -> Address:
    """The `bind` of hypercorn (hypercorn/config.py); without a number after the last colon the port is 8000."""
    if text.startswith("unix:"):
        return unix(text[5:])
    if text.startswith("fd://"):
        return FdAddress(_python_integer(text[5:], "file descriptor", 5))
    bare = text.replace("[", "").replace("]", "")
    host, colon, port = bare.rpartition(":")
    match = _PYTHON_INTEGER.fullmatch(port) if colon else None
    if match is None:
        host, number = bare, 8000
    else:
        number = checked_port(
            _python_integer(match[1], "port number", 0), lowest=0, offset=len(text) - len(port)
        )
    if ":" in host and ipv6(host) is None:
        raise InvalidValue(f"{quoted(host)} is not an IPv6 address")
    return tcp(host or ANY_IPV4, number) if host != "::" else tcp(None, number)


def waitress_listen(text: str, *, default_port: int = 8080) -> tuple[TcpAddress, ...]:
    """The `--listen` of waitress: addresses between blanks (waitress/adjustments.py); `*` takes both families."""
    return tuple(_waitress_address(word, default_port) for word in text.split())


def _waitress_address(text: str, default_port: int) -> TcpAddress:
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port:
        host, port = text, str(default_port)
    if not host:
        raise InvalidValue("waitress wants a host; any address is written *")
    if host.startswith("[") and ipv6(host.strip("[]")) is None:
        raise InvalidValue(f"{quoted(host)} is not an IPv6 address")
    return tcp(None if host == "*" else host, port_number(port, lowest=0, offset=len(text) - len(port)))


def supervisor_inet(text: str) -> TcpAddress:
    """`port` of supervisor's `[inet_http_server]` (supervisor/datatypes.py, inet_address): IPv4 only."""
    host, colon, port = text.rpartition(":")
    if colon and not port:
        raise InvalidValue(f"no port number specified in {quoted(text)}", len(text))
    offset = len(text) - len(port)
    number = checked_port(_python_integer(port, "port number", offset), lowest=1, offset=offset)
    return tcp(ANY_IPV4 if host in {"", "*"} else host, number)


def supervisor_fastcgi(text: str) -> TcpAddress | UnixAddress:
    """`socket` of supervisor's `[fcgi-program:x]` (supervisor/options.py, parse_fcgi_socket)."""
    if text.startswith("unix://"):
        path = text.removeprefix("unix://")
        if not path.startswith("/"):
            raise InvalidValue(f"Unix socket path {quoted(path)} is not an absolute path", len("unix://"))
        return unix(path)
    match = _SUPERVISOR_TCP.fullmatch(text)
    if match is None:
        raise InvalidValue(f"Bad socket format {quoted(text)}")
    return tcp(match[1], int(match[2][:9]))


def runserver_address(text: str, *, use_ipv6: bool = False) -> TcpAddress:
    """Django's `addrport`, `[address:]port` (django/core/management/commands/runserver.py)."""
    match = _DJANGO.fullmatch(text)
    if match is None:
        raise InvalidValue(f"{quoted(text)} is not a valid port number or address:port pair")
    host = match[1] or ("::1" if use_ipv6 else "127.0.0.1")
    return tcp(
        None if host == "[::]" else host, checked_port(int(match[2][:9]), lowest=0, offset=match.start(2))
    )


def twisted_endpoint(text: str) -> TcpAddress | UnixAddress | None:
    """A Twisted endpoint description, as daphne's `-e` takes (twisted.internet.endpoints.serverFromString).

    None for other kinds (`systemd:`, `fd:`, plug-ins). Without `interface` it is any IPv4 address.
    """
    kind, *arguments = [_unescape(part) for part in _COLON.split(text)]
    named = dict(part.split("=", 1) for part in arguments if "=" in part)
    positional = [part for part in arguments if "=" not in part]
    if kind == "unix":
        path = named.get("address") or (positional[0] if positional else "")
        if not path:
            raise InvalidValue("no path in the endpoint", len(text))
        return unix(path)
    if kind not in {"tcp", "tcp6", "ssl"}:
        return None
    port = named.get("port") or (positional[0] if positional else "")
    any_host = "[::]" if kind == "tcp6" else ANY_IPV4
    return tcp(named.get("interface") or any_host, port_number(port, lowest=0, offset=len(kind) + 1))


def _unescape(part: str) -> str:
    return _ESCAPED.sub(r"\1", part)


def _leading_number(text: str) -> int:
    """atoi(3)."""
    match = _LEADING_NUMBER.match(text)
    return int(match[1][:18]) if match else 0


def _python_integer(text: str, what: str, offset: int) -> int:
    """int(text), for numbers that an address can hold."""
    match = _PYTHON_INTEGER.fullmatch(text)
    if match is None:
        raise InvalidValue(f"{quoted(text)} is not a valid {what}", offset)
    digits = match[1].replace("_", "").lstrip("+")
    negative, digits = digits.startswith("-"), digits.lstrip("-0")[:18] or "0"
    return -int(digits) if negative else int(digits)
