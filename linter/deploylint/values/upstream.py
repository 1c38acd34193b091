"""Where nginx passes a request to: the argument of `proxy_pass`, `uwsgi_pass` and upstream `server`.

Source: ngx_parse_url in src/core/ngx_inet.c and each module's own handling of the scheme. Messages
are nginx' own.
"""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.pattern import IGNORECASE, Pattern, pattern
from deploylint.values.address import TcpAddress, UnixAddress, ipv6, nginx_port, tcp, unix
from deploylint.values.errors import InvalidValue

_PROXY_SCHEME = pattern(r"https?://", IGNORECASE)
_URI, _AFTER_HOST = pattern(r"[/?]"), pattern(r"[:/?]")
_OTHER_SCHEMES = {
    "uwsgi_pass": pattern(r"s?uwsgi://", IGNORECASE),
    "grpc_pass": pattern(r"grpcs?://", IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class UpstreamTarget:
    """A server, or the name of an `upstream` block when `address` is TCP.

    `scheme` is lower-case without `://`. `host` is what an upstream's name is compared with, in
    lower case ("" for a Unix socket). `uri` is the part after the address, None when there is none:
    it decides whether nginx replaces the location's prefix.
    """

    scheme: str | None
    address: TcpAddress | UnixAddress
    host: str
    port_written: bool
    uri: str | None


@lru_cache(maxsize=4096)
def proxy_pass(text: str) -> UpstreamTarget:
    """`http://host[:port][/uri]`, `https://...` or `http://unix:/path[:/uri]`; default ports 80 and 443."""
    match = _PROXY_SCHEME.match(text)
    if match is None:
        raise InvalidValue("invalid URL prefix")
    scheme = match[0][:-3].lower()
    return _url(text, match.end(), scheme, default_port=443 if scheme == "https" else 80, takes_uri=True)


@lru_cache(maxsize=4096)
def server_pass(text: str, directive: str) -> UpstreamTarget:
    """The argument of `uwsgi_pass`, `grpc_pass`, `fastcgi_pass`, `scgi_pass`, `memcached_pass`.

    They have no default port: without one it is the name of an upstream, or nginx refuses it; the
    port is 0 then.
    """
    pattern = _OTHER_SCHEMES.get(directive)
    match = pattern.match(text) if pattern else None
    scheme = match[0][:-3].lower() if match else None
    return _url(text, match.end() if match else 0, scheme, default_port=0, takes_uri=False)


@lru_cache(maxsize=4096)
def upstream_server(text: str) -> UpstreamTarget:
    """The address of a `server` in an `upstream` block; default port 80."""
    return _url(text, 0, None, default_port=80, takes_uri=False)


def _url(text: str, start: int, scheme: str | None, *, default_port: int, takes_uri: bool) -> UpstreamTarget:
    if text[start : start + 5].lower() == "unix:":
        path, colon, uri = text[start + 5 :].partition(":") if takes_uri else (text[start + 5 :], "", "")
        if not path:
            raise InvalidValue("no path in the unix domain socket", start + 5)
        return UpstreamTarget(scheme, unix(path), "", port_written=False, uri=uri if colon else None)
    if not takes_uri and _URI.search(text, start) is not None:
        raise InvalidValue("invalid host", start)
    host_end = _end_of_ipv6(text, start) if text[start : start + 1] == "[" else _end(_AFTER_HOST, text, start)
    host, port, end = text[start:host_end].lower(), default_port, host_end
    if not host:
        raise InvalidValue("no host", start)
    has_port = text[end : end + 1] == ":"
    if has_port:
        end = _end(_URI, text, host_end + 1)
        port = nginx_port(text[host_end + 1 : end], host_end + 1)
    return UpstreamTarget(scheme, tcp(host, port), host, port_written=has_port, uri=text[end:] or None)


def _end_of_ipv6(text: str, start: int) -> int:
    end = text.find("]", start) + 1
    if end == 0 or text[end : end + 1] not in {"", ":", "/"}:
        raise InvalidValue("invalid host", start)
    if end == start + 2:
        raise InvalidValue("no host", start)
    if ipv6(text[start + 1 : end - 1]) is None or "%" in text[start:end]:
        raise InvalidValue("invalid IPv6 address", start)
    return end


def _end(following: Pattern[str], text: str, start: int) -> int:
    match = following.search(text, start)
    return match.start() if match else len(text)
