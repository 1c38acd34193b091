"""Processes -> application servers: what they listen on and how long they take, after all files are read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from deploylint.facts import HOST, Known, Listener, Namespace, Process, Protocol, Unknown, Value
from deploylint.formats.command_line.invocation import Bind, Invocation, Kind
from deploylint.model import gunicorn, uwsgi
from deploylint.model.links import AppServer, Deployment
from deploylint.model.places import Map
from deploylint.model.scripts import started_by_script
from deploylint.source import Location
from deploylint.values.address import Address, TcpAddress, in_directory, tcp
from deploylint.values.words import Word

_PROTOCOLS = {
    "http": Protocol.HTTP,
    "uwsgi": Protocol.UWSGI,
    "fastcgi": Protocol.FASTCGI,
    "scgi": Protocol.SCGI,
    "stats": Protocol.STATS,
}

# (host, port, variables that change them): what a server listens on when nothing says so.
_DEFAULTS: Mapping[Kind, tuple[str, int, tuple[str, ...]]] = {
    Kind.UVICORN: ("127.0.0.1", 8000, ("UVICORN_HOST", "UVICORN_PORT", "UVICORN_UDS", "UVICORN_FD")),
    Kind.HYPERCORN: ("127.0.0.1", 8000, ()),
    Kind.DAPHNE: ("127.0.0.1", 8000, ()),
    Kind.WAITRESS: ("0.0.0.0", 8080, ()),  # noqa: S104
    Kind.GRANIAN: ("127.0.0.1", 8000, ("GRANIAN_HOST", "GRANIAN_PORT", "GRANIAN_UDS")),
    Kind.FLASK_RUN: ("127.0.0.1", 5000, ("FLASK_RUN_HOST", "FLASK_RUN_PORT")),
    Kind.RUNSERVER: ("127.0.0.1", 8000, ()),
    Kind.HTTP_SERVER: ("0.0.0.0", 8000, ()),  # noqa: S104
}

# Seconds a server lets running requests finish after SIGTERM when nothing says so; None waits for ever.
_GRACEFUL = {Kind.UVICORN: None, Kind.HYPERCORN: 3.0}


def servers(deployment: Deployment, places: Map) -> Iterator[AppServer]:
    """The application servers of a deployment, one for each namespace that a process runs in."""
    for process in deployment.every(Process):
        for namespace in _homes(process, deployment):
            housed = process if namespace == process.namespace else replace(process, namespace=namespace)
            for started in started_by_script(housed, deployment, places):
                server = _server(started, deployment, places)
                if server is not None:
                    yield server


def _homes(process: Process, deployment: Deployment) -> tuple[Namespace, ...]:
    return deployment.namespaces_of(process.document) if process.namespace == HOST else (process.namespace,)


def _server(process: Process, deployment: Deployment, places: Map) -> AppServer | None:
    invocation = process.invocation
    if invocation is None:
        return None
    if invocation.kind is Kind.GUNICORN:
        return gunicorn.server(process, invocation, deployment, places)
    if invocation.kind is Kind.UWSGI:
        return uwsgi.server(process, invocation, deployment, places)
    if invocation.kind not in _DEFAULTS:
        return None
    return AppServer(
        process,
        invocation.kind.value,
        listeners(process, invocation, _default_bind(invocation, process)),
        _settings(invocation, process),
    )


def listeners(
    process: Process, invocation: Invocation, default: Callable[[], tuple[Value[Address], ...]]
) -> tuple[Listener, ...]:
    """The listeners that a command line states, or the default ones."""
    source = process.document.source
    if invocation.binds:
        return tuple(
            listener(process, _address(bind, process), source.location(bind.span.start, bind.span.end), bind)
            for bind in invocation.binds
        )
    if not invocation.complete:
        return (listener(process, Unknown("the command line has unknown parts"), process.at),)
    return tuple(listener(process, address, process.at) for address in default())


def listener(
    process: Process, address: Value[Address], at: Location, bind: Bind | None = None, protocol: Protocol = Protocol.HTTP
) -> Listener:
    """A listener of a process."""
    return Listener(
        address=address,
        protocol=_PROTOCOLS.get(bind.protocol, Protocol.OTHER) if bind else protocol,
        owner=process.name,
        document=process.document,
        at=at,
        process=process,
        namespace=process.namespace,
        tls=bool(bind and bind.tls),
    )


def _address(bind: Bind, process: Process) -> Value[Address]:
    address = bind.address
    if not isinstance(address, Address):
        return Unknown("the address depends on something outside the files")
    return Known(relative_to(address, process))


def relative_to(address: Address, process: Process) -> Address:
    """A relative socket path in the directory that the process starts in, where that is known."""
    match process.directory:
        case Known(value=str() as directory):
            return in_directory(address, directory)
        case _:
            return address


def _default_bind(invocation: Invocation, process: Process) -> Callable[[], tuple[Value[Address], ...]]:
    host, port, variables = _DEFAULTS[invocation.kind]

    def default() -> tuple[Value[Address], ...]:
        for name in variables:
            if name in process.environment.variables:
                return (_from_variables(host, port, process, variables),)
        why = f"{invocation.kind.value} default"
        return (Known(tcp(host, port), why=why, default=True),)

    return default


def _from_variables(host: str, port: int, process: Process, names: tuple[str, ...]) -> Value[Address]:
    for name in names:
        value = process.environment.variables.get(name)
        if value is None:
            continue
        if not isinstance(value, Known):
            return Unknown(f"{name} is not known")
        if name.endswith("_HOST"):
            host = value.value
        elif name.endswith("_PORT") and value.value.isdigit():
            port = int(value.value)
        else:
            return Unknown(f"{name} changes it")
    return Known(TcpAddress(tcp(host, port).host, port), why=names[0])


def _settings(invocation: Invocation, process: Process) -> dict[str, Value[Any]]:
    source = process.document.source
    found: dict[str, Value[Any]] = {}
    for name in ("timeout", "graceful_timeout", "workers", "threads", "worker_class", "user", "group", "pidfile"):
        word: Word | None = getattr(invocation, name)
        if word is not None:
            found[name] = _word_value(word, name, source.location(word.span.start, word.span.end))
    if "graceful_timeout" not in found and _GRACEFUL.get(invocation.kind) is not None and invocation.complete:
        found["graceful_timeout"] = Known(_GRACEFUL[invocation.kind], why=f"{invocation.kind.value} default", default=True)
    for name in ("daemon", "reload", "debug"):
        option = getattr(invocation, name)
        if option is not None:
            found[name] = Known(not option.negated, source.location(option.span.start, option.span.end))
    return found


def _word_value(word: Word, name: str, at: Location) -> Value[Any]:
    text = word.known
    if text is None:
        return Unknown(f"{name} has unknown parts", at)
    if name in ("timeout", "graceful_timeout", "workers", "threads"):
        return Known(float(text), at) if text.replace(".", "", 1).isdigit() else Unknown(f"{name} is no number", at)
    return Known(text, at)
