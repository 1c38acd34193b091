"""`listen` in http, stream and mail (ngx_http_core_listen, ngx_stream_core_listen, ngx_mail_core_listen)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters, natural
from deploylint.formats.nginx.setters.predicates import (
    check_parameters,
    is_number,
    is_positive,
    is_seconds,
    is_size,
)
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import nginx_listen

_SOCKET = {
    "backlog=": (is_positive, 'invalid backlog "%s"'),
    "rcvbuf=": (is_size, 'invalid rcvbuf "%s"'),
    "sndbuf=": (is_size, 'invalid sndbuf "%s"'),
}
# Since when nginx knows a parameter, and since when not any more.
_HTTP_FLAGS = {
    "default_server": (1, 4, 0),
    "default": (1, 4, 0),
    "bind": (1, 4, 0),
    "deferred": (1, 4, 0),
    "ssl": (1, 4, 0),
    "proxy_protocol": (1, 5, 12),
    "reuseport": (1, 9, 1),
    "http2": (1, 9, 5),
    "quic": (1, 25, 0),
    "multipath": (1, 31, 1),
}
_STREAM_FLAGS = {
    "bind": (1, 9, 0),
    "ssl": (1, 9, 0),
    "reuseport": (1, 9, 1),
    "udp": (1, 9, 13),
    "proxy_protocol": (1, 11, 4),
    "default_server": (1, 25, 5),
    "deferred": (1, 25, 5),
    "multipath": (1, 31, 1),
}
_MAIL_FLAGS = {"bind": (1, 4, 0), "ssl": (1, 4, 0), "proxy_protocol": (1, 19, 8), "multipath": (1, 31, 1)}
# Parameters that only take effect on a socket of its own, so that two servers cannot both give them.
OPTIONS = frozenset({"bind", "deferred", "reuseport"})
NAMED_OPTIONS = (
    "setfib=", "fastopen=", "backlog=", "rcvbuf=", "sndbuf=", "accept_filter=", "ipv6only=", "so_keepalive=",
)  # fmt: skip


def is_keepalive(text: str) -> bool:
    """`on`, `off`, or `idle:interval:count`, of which any may be left out but not all."""
    if text in ("on", "off"):
        return True
    idle, _, rest = text.partition(":")
    interval, _, count = rest.partition(":")
    return (
        bool(idle.strip("0") or interval.strip("0") or count.strip("0"))
        and all(not span or is_seconds(span) for span in (idle, interval))
        and (not count or natural(count) is not None)
    )


def _is_ipv6only(text: str) -> bool:
    return text in ("on", "off")


_IPV6ONLY = (_is_ipv6only, 'invalid ipv6only flags "%s"')
_KEEPALIVE = (is_keepalive, 'invalid so_keepalive value: "%s"')
_FASTOPEN = (is_number, 'invalid fastopen "%s"')
_ACCEPT_FILTER = (lambda _text: True, "")


def _listen(call: Call) -> None:
    text = call.values[0]
    try:
        nginx_listen(text)
    except InvalidValue as error:
        raise Refused(f'{error.message} in "{text}" of the "listen" directive') from None
    named = _SOCKET | {"ipv6only=": _IPV6ONLY, "so_keepalive=": _KEEPALIVE}
    if call.context == "server":
        named |= {"fastopen=": _FASTOPEN, "accept_filter=": _ACCEPT_FILTER}
        known, unknown = _HTTP_FLAGS, 'invalid parameter "%s"'
    elif call.context == "stream-server":
        named |= {"fastopen=": _FASTOPEN, "accept_filter=": _ACCEPT_FILTER}
        known, unknown = _STREAM_FLAGS, 'the invalid "%s" parameter'
    else:
        known, unknown = _MAIL_FLAGS, 'the invalid "%s" parameter'
    flags = frozenset(flag for flag, since in known.items() if since <= (*call.target, 0, 0)[:3])
    if call.context != "mail-server":
        _check_newer(call, known, flags, unknown)
    check_parameters(call.values, 1, named, flags, unknown)
    if "udp" in call.values:
        _udp(call)


def _check_newer(
    call: Call, known: dict[str, tuple[int, int, int]], flags: frozenset[str], unknown: str
) -> None:
    for at, value in enumerate(call.values[1:], 1):
        if value in known and value not in flags:
            since = ".".join(map(str, known[value]))
            raise Refused(unknown.replace("%s", value), at, f'"{value}" came with nginx {since}')


def _udp(call: Call) -> None:
    for at, value in enumerate(call.values[1:], 1):
        name = value.partition("=")[0]
        if name in ("backlog", "ssl", "so_keepalive", "proxy_protocol", "fastopen"):
            raise Refused(f'"listen" directive "{name}" parameter is incompatible with "udp"', at)


SETTERS = Setters({"listen": _listen})
