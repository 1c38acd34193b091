"""What holds at a place after nginx has merged the levels around it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from deploylint.dataclass import replace
from deploylint.facts import Known, Unknown, Value
from deploylint.formats.nginx.configuration import Body, Configuration
from deploylint.formats.nginx.nodes import Block, Statement
from deploylint.formats.nginx.packaged import is_packaged
from deploylint.formats.nginx.words import Word
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.values.durations import parse_nginx_milliseconds
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_offset, parse_nginx_size

_DEFAULT_READ_TIMEOUT = 60.0
_DEFAULT_BODY_LIMIT = 1024.0 * 1024
_DEFAULT_HEADER_LIMIT = 8.0 * 1024

# What ngx_http_proxy_module and ngx_http_grpc_module send when nobody sets these headers.
_DEFAULT_HEADERS: Mapping[str, Mapping[str, str]] = {
    "proxy_set_header": {"host": "$proxy_host", "connection": "close"},
    "grpc_set_header": {"host": "$proxy_host"},
}
_REFERENCE = pattern(r"\$(?:\{(\w+)\}|(\w+))")


def read_timeout(configuration: Configuration, bodies: Sequence[Body], directive: str) -> Value[float]:
    """Seconds that nginx waits for the application: `<family>_read_timeout`, by default 60.

    `directive` is the one that passes the request on, such as `proxy_pass`.
    """
    name = directive.removesuffix("pass") + "read_timeout"
    return _number(configuration, bodies, name, _DEFAULT_READ_TIMEOUT)


def body_limit(configuration: Configuration, bodies: Sequence[Body]) -> Value[float]:
    """Bytes that a request's body may have: `client_max_body_size`, by default 1m; 0 is no limit."""
    limit = _number(configuration, bodies, "client_max_body_size", _DEFAULT_BODY_LIMIT)
    return replace(limit, value=float("inf")) if isinstance(limit, Known) and limit.value == 0 else limit


def header_limit(configuration: Configuration, bodies: Sequence[Body]) -> Value[float]:
    """Bytes that the request line and each header may have: a buffer of `large_client_header_buffers`, by default 8k."""
    return _number(configuration, bodies, "large_client_header_buffers", _DEFAULT_HEADER_LIMIT)


# Directives by which nginx asks who is there; each with a first argument that turns it off.
_ASKING = {
    "deny": "",
    "auth_basic": "off",
    "auth_request": "off",
    "auth_jwt": "off",
    "ssl_verify_client": "off",
    "internal": "",
    "access_by_lua_block": "",
    "access_by_lua_file": "",
}


def restricted(configuration: Configuration, bodies: Sequence[Body]) -> Value[bool]:
    """Whether addresses, passwords or certificates decide whose requests are passed on from here."""
    settled: set[str] = set()
    for body in bodies:
        level = configuration.level(body)
        for name, off in _ASKING.items():
            if name in level.directives and name not in settled:
                settled.add(name)
                last = level.directives[name][-1]
                if last.values[:1] != (off,):
                    return Known(value=True, at=last.at)
        if not level.complete:
            return Unknown("an include that is not at hand may ask for a password", _place(body))
    return Known(value=False, default=True)


# How the last argument of each directive is read (src/http/ngx_http_core_module.c).
_READERS: Mapping[str, Callable[[str], float]] = {
    "client_max_body_size": parse_nginx_offset,
    "large_client_header_buffers": parse_nginx_size,
}


def _number(configuration: Configuration, bodies: Sequence[Body], name: str, default: float) -> Value[float]:
    """The directive's last argument at the innermost level that has it; times are seconds."""
    for body in bodies:
        level = configuration.level(body)
        if found := level.get(name):
            return number_of(found[-1])
        if not level.complete:
            return Unknown("an include that is not at hand may set it", _place(body))
    return Known(default, why="nginx default", default=True)


def number_of(statement: Statement) -> Value[float]:
    """What a directive's last argument says, in seconds or bytes."""
    if not statement.values or statement.opaque:
        return Unknown("the value is filled in elsewhere", statement.at)
    try:
        return Known(
            _READERS.get(statement.name, parse_nginx_milliseconds)(statement.values[-1]), statement.at
        )
    except InvalidValue as error:
        return Unknown(error.message, statement.at)


def request_headers(
    configuration: Configuration, bodies: Sequence[Body], directive: str
) -> Value[Mapping[str, str]]:
    """The headers that nginx sets itself, lower-case name to value as written.

    The innermost level that sets any replaces all outer ones; the location is that of Host, where a file of
    the project sets it. The `uwsgi`, `fastcgi` and `scgi`
    protocols carry the client's own headers, so that Host is what the client sent.
    """
    name = {"proxy_pass": "proxy_set_header", "grpc_pass": "grpc_set_header"}.get(directive)
    if name is None:
        return Known(
            MappingProxyType({"host": "$http_host"}), why="the protocol carries the client's headers"
        )
    for body in bodies:
        level = configuration.level(body)
        if not level.complete:
            return Unknown("an include that is not at hand may set headers", _place(body))
        if found := level.get(name):
            at = _host(found).at
            return Known(MappingProxyType(_headers(name, found)), None if is_packaged(at.path) else at)
    return Known(_DEFAULT_HEADERS[name], why="nginx default", default=True)


def _headers(name: str, statements: Sequence[Statement]) -> dict[str, str]:
    headers = dict(_DEFAULT_HEADERS[name])
    for statement in statements:
        if len(statement.values) == 2:
            header, value = statement.values
            headers[header.lower()] = value
    return {header: value for header, value in headers.items() if value}


def _host(statements: Sequence[Statement]) -> Statement:
    """The one that sets Host, else the first one."""
    return next(
        (one for one in statements if one.values[:1] and one.values[0].lower() == "host"), statements[0]
    )


def resolve(configuration: Configuration, bodies: Sequence[Body], word: Word) -> Value[str]:
    """A word with the variables replaced that `set` gives one constant value in the blocks around."""
    if word.opaque:
        return Unknown("filled in elsewhere", word.at)
    text = word.value
    if "$" not in text:
        return Known(text, word.at)
    for _ in range(4):
        names = {(match[1] or match[2]).lower() for match in _REFERENCE.finditer(text)}
        constants = {name: value for name in names if (value := _constant(configuration, bodies, name))}
        if not constants:
            break
        text = _REFERENCE.sub(
            lambda match: constants.get((match[1] or match[2]).lower(), match[0]),  # noqa: B023
            text,
        )
    return Known(text, word.at)


def _constant(configuration: Configuration, bodies: Sequence[Body], name: str) -> str | None:
    """The value of a variable that is set exactly once in the blocks around."""
    found = [statement for body in bodies for statement in configuration.level(body).sets(name)[:2]]
    if len(found) != 1 or len(found[0].values[1]) > 256:
        return None
    if found[0].opaque and found[0].args[1].opaque:
        return None
    return found[0].values[1]


def _place(body: Body) -> Location | None:
    return body.header if isinstance(body, Block) else None
