"""Where a server is told to listen, out of its options."""

from collections.abc import Callable, Iterable, Mapping

from deploylint.formats.command_line.defaults import default_host_and_port
from deploylint.formats.command_line.invocation import Bind, Invocation, Kind
from deploylint.values.address import Address, FdAddress, TcpAddress, unix
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import (
    SharedSocket,
    gunicorn_bind,
    host_and_port,
    hypercorn_bind,
    runserver_address,
    twisted_endpoint,
    uwsgi_socket,
    uwsgi_tls_socket,
    waitress_listen,
)
from deploylint.values.words import Word

Environment = Mapping[str, str | None]
Parser = Callable[[str], Address | SharedSocket | None]

# uWSGI 2.0, core/uwsgi.c and plugins/http: option to protocol, and whether it is TLS.
UWSGI_SOCKETS = {
    "socket": ("uwsgi", False),
    "uwsgi-socket": ("uwsgi", False),
    "suwsgi-socket": ("uwsgi", True),
    "ssl-socket": ("uwsgi", True),
    "http": ("http", False),
    "http-socket": ("http", False),
    "http-socket-modifier1": ("", False),
    "https": ("http", True),
    "https-socket": ("http", True),
    "fastcgi-socket": ("fastcgi", False),
    "fastcgi-nph-socket": ("fastcgi", False),
    "scgi-socket": ("scgi", False),
    "scgi-nph-socket": ("scgi", False),
    "raw-socket": ("raw", False),
    "stats": ("stats", False),
    "stats-server": ("stats", False),
}


def binds(invocation: Invocation, environment: Environment) -> tuple[Bind, ...]:
    """Every address that the options name. Empty when none does: the default holds then."""
    reader = _READERS.get(invocation.kind)
    return tuple(reader(invocation, environment)) if reader else ()


def _bind(word: Word, parse: Parser, protocol: str = "http", *, tls: bool = False) -> Bind:
    address, problem = (None, None) if word.opaque else _parsed(parse, word.value)
    assumed = None
    if word.opaque and word.assumed is not None:
        assumed, _ = _parsed(parse, word.assumed)
    return Bind(address, (word,), protocol, tls, assumed, problem)


def _parsed(parse: Parser, text: str) -> tuple[Address | SharedSocket | None, InvalidValue | None]:
    try:
        return parse(text), None
    except InvalidValue as error:
        return None, error


def _values(invocation: Invocation, *names: str) -> Iterable[Word]:
    return (
        option.value for option in invocation.options if option.name in names and option.value is not None
    )


def _gunicorn(invocation: Invocation, _: Environment) -> Iterable[Bind]:
    tls = invocation.last("certfile") is not None or invocation.last("keyfile") is not None
    protocol = invocation.last("protocol")
    spoken = "uwsgi" if protocol and protocol.value and protocol.value.known == "uwsgi" else "http"
    return (_bind(word, gunicorn_bind, spoken, tls=tls) for word in _values(invocation, "bind"))


def _uwsgi(invocation: Invocation, _: Environment) -> Iterable[Bind]:
    for option in invocation.options:
        protocol, tls = UWSGI_SOCKETS.get(option.name, ("", False))
        if protocol and option.value is not None:
            yield _bind(option.value, _uwsgi_tls if tls else _uwsgi_plain, protocol, tls=tls)


def _uwsgi_plain(text: str) -> Address | SharedSocket | None:
    return None if "%(" in text or "$(" in text else uwsgi_socket(text)


def _uwsgi_tls(text: str) -> Address | SharedSocket | None:
    return None if "%(" in text or "$(" in text else uwsgi_tls_socket(text)


def _hypercorn(invocation: Invocation, _: Environment) -> Iterable[Bind]:
    tls = invocation.last("certfile") is not None
    for word in _values(invocation, "bind"):
        yield _bind(word, hypercorn_bind, tls=tls)
    for word in _values(invocation, "insecure-bind"):
        yield _bind(word, hypercorn_bind)


def _daphne(invocation: Invocation, environment: Environment) -> Iterable[Bind]:
    for word in _values(invocation, "unix-socket"):
        yield _bind(word, unix)
    for word in _values(invocation, "fd"):
        yield _bind(word, _fd)
    for word in _values(invocation, "endpoint"):
        yield _bind(word, twisted_endpoint, tls=word.value.startswith("ssl:"))
    yield from _host_and_port(invocation, environment, "bind")


def _waitress(invocation: Invocation, environment: Environment) -> Iterable[Bind]:
    for word in _values(invocation, "unix-socket"):
        yield _bind(word, unix)
    for word in _values(invocation, "listen"):
        try:
            addresses = () if word.opaque else waitress_listen(word.value)
        except InvalidValue as error:
            yield Bind(None, (word,), problem=error)
            continue
        if not addresses:
            yield Bind(None, (word,))
        for address in addresses:
            yield Bind(address, (word,))
    yield from _host_and_port(invocation, environment, "host")


def _uvicorn(invocation: Invocation, environment: Environment) -> Iterable[Bind]:
    tls = any(invocation.last(name) for name in ("ssl-keyfile", "ssl-certfile", "ssl-certificate"))
    for name, parse in (("uds", unix), ("fd", _fd)):
        option = invocation.last(name)
        if option is not None and option.value is not None:
            yield _bind(option.value, parse, tls=tls)
            return
    yield from _host_and_port(invocation, environment, "host", tls=tls)


def _flask(invocation: Invocation, environment: Environment) -> Iterable[Bind]:
    host = invocation.last("host")
    if host is not None and host.value is not None and host.value.prefix.startswith("unix://"):
        return [_bind(host.value.part(len("unix://")), unix)]
    return _host_and_port(invocation, environment, "host", tls=invocation.last("cert") is not None)


def _host_and_port(
    invocation: Invocation, environment: Environment, host_name: str, *, tls: bool = False
) -> Iterable[Bind]:
    """One address of two options. The one that is absent comes from the environment or is the default."""
    given = [invocation.last(name) for name in (host_name, "port")]
    words = tuple(option.value for option in given if option is not None and option.value is not None)
    if not words:
        return
    absent = default_host_and_port(invocation.kind, environment)
    texts = [
        option.value.known
        if option is not None and option.value is not None
        else absent[at]
        if invocation.complete
        else None
        for at, option in enumerate(given)
    ]
    assumed = [
        option.value.assumed if option is not None and option.value is not None else absent[at]
        for at, option in enumerate(given)
    ]
    address, problem = _joined(*texts)
    likely = _joined(*assumed)[0] if address is None and problem is None else None
    yield Bind(address, words, tls=tls, assumed=likely, problem=problem)


def _joined(host: str | None, port: str | None) -> tuple[TcpAddress | None, InvalidValue | None]:
    if host is None or port is None:
        return None, None
    try:
        return host_and_port(host, port), None
    except InvalidValue as error:
        return None, error


def _runserver(invocation: Invocation, _: Environment) -> Iterable[Bind]:
    use_ipv6 = invocation.last("ipv6") is not None
    return [
        _bind(word, lambda text: runserver_address(text, use_ipv6=use_ipv6))
        for word in invocation.positionals[:1]
    ]


def _http_server(invocation: Invocation, environment: Environment) -> Iterable[Bind]:
    host = invocation.last("bind")
    port = invocation.positionals[0] if invocation.positionals else None
    words = tuple(word for word in (host.value if host else None, port) if word is not None)
    if not words:
        return []
    absent = default_host_and_port(invocation.kind, environment)
    host_text = host.value.known if host is not None and host.value is not None else absent[0]
    address, problem = _joined(host_text, port.known if port is not None else absent[1])
    return [Bind(address, words, problem=problem)]


def _fd(text: str) -> FdAddress:
    if not text.isdecimal():
        raise InvalidValue(f"'{text}' is not a file descriptor")
    return FdAddress(int(text[:9]))


_READERS: dict[Kind, Callable[[Invocation, Environment], Iterable[Bind]]] = {
    Kind.GUNICORN: _gunicorn,
    Kind.UWSGI: _uwsgi,
    Kind.HYPERCORN: _hypercorn,
    Kind.DAPHNE: _daphne,
    Kind.WAITRESS: _waitress,
    Kind.UVICORN: _uvicorn,
    Kind.GRANIAN: _uvicorn,
    Kind.FLASK_RUN: _flask,
    Kind.RUNSERVER: _runserver,
    Kind.HTTP_SERVER: _http_server,
}
