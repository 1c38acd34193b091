"""`upstream` blocks and what is in them (src/http/ngx_http_upstream.c, src/stream/ngx_stream_upstream.c)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.predicates import (
    check_parameters,
    is_number,
    is_positive,
    is_seconds,
    is_size,
)
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_size
from deploylint.values.upstream import UpstreamTarget, upstream_server

UPSTREAM = frozenset({"upstream", "stream-upstream"})
_INVALID = 'invalid parameter "%s"'
_PARAMETERS = {
    "weight=": (is_positive, _INVALID),
    "max_conns=": (is_number, _INVALID),
    "max_fails=": (is_number, _INVALID),
    "fail_timeout=": (is_seconds, _INVALID),
}
# Since 1.27.3 in nginx, before in NGINX Plus only.
_LATER_PARAMETERS = _PARAMETERS | {"service=": (bool, _INVALID)}
_FLAGS = frozenset({"backup", "down"})
_LATER_FLAGS = _FLAGS | {"resolve"}
# Pages of memory that nginx wants a shared zone to have at least; a page has 4096 bytes on most machines.
LEAST_ZONE = 8 * 4096


def server(call: Call) -> UpstreamTarget | None:
    """A server of an upstream, read; raises `Refused`. None for a name of a service, which has no port."""
    if call.target >= (1, 27, 3):
        check_parameters(call.values, 1, _LATER_PARAMETERS, _LATER_FLAGS)
    else:
        check_parameters(call.values, 1, _PARAMETERS, _FLAGS)
    text = call.values[0]
    try:
        target = upstream_server(text)
    except InvalidValue as error:
        hint = "write the address without http:// and without a path" if "/" in text else None
        raise Refused(f'{error.message} in upstream "{text}"', 0, hint) from None
    if call.context == "stream-upstream" and target.host and not target.port_written:
        if any(value.startswith("service=") for value in call.values):
            return None
        raise Refused(f'no port in upstream "{text}"')
    return target


def _server(call: Call) -> None:
    if call.context in UPSTREAM:
        server(call)


def _hash(call: Call) -> None:
    if call.context in UPSTREAM and len(call.values) == 2 and call.values[1] != "consistent":
        raise Refused(f'invalid parameter "{call.values[1]}"', 1)


def _random(call: Call) -> None:
    if call.values[:1] not in ((), ("two",)):
        raise Refused(f'invalid parameter "{call.values[0]}"')
    if len(call.values) == 2 and call.values[1] != "least_conn":
        raise Refused(f'invalid parameter "{call.values[1]}"', 1)


def _keepalive(call: Call) -> None:
    if not is_positive(call.values[0]):
        raise Refused(f'invalid value "{call.values[0]}" in "keepalive" directive')


def _zone(call: Call) -> None:
    if not call.values[0]:
        raise Refused('invalid zone name ""')
    if len(call.values) == 2:
        if not is_size(call.values[1]):
            raise Refused(f'invalid zone size "{call.values[1]}"', 1)
        if parse_nginx_size(call.values[1]) < LEAST_ZONE:
            raise Refused(f'zone "{call.values[0]}" is too small', None, "give it at least 32k")


SETTERS = Setters(
    {
        "server": _server,
        "hash": _hash,
        "random": _random,
        "keepalive": _keepalive,
        "zone": _zone,
    }
)
