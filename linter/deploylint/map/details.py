"""What is known of servers, processes and routes, in words, each with its reason and its place."""

from collections.abc import Iterator
from math import isinf

from deploylint.dataclass import dataclass
from deploylint.facts import Known, Listener, Process, Route, Unknown, Value, VirtualServer
from deploylint.model.links import AppServer
from deploylint.source import Location


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """One thing known of a box: `timeout: 120 s`, why it holds, where it is written.

    `known` is False for what cannot be told; then `text` is the reason.
    """

    name: str
    text: str
    why: str = ""
    at: Location | None = None
    known: bool = True


def server_names(server: VirtualServer) -> str:
    return " ".join(server.names) or "server"


def server_details(server: VirtualServer) -> Iterator[Detail]:
    for listener in server.listens:
        yield listening(listener, "listens on")


def process_details(process: Process) -> Iterator[Detail]:
    if process.instance:
        started = process.instances
        text = started.reason if isinstance(started, Unknown) else process.instance
        why = started.why if isinstance(started, Known) else ""
        yield Detail("instance", text, why, started.at, known=isinstance(started, Known))
    yield from optional("user", process.user)
    yield from optional("in", process.directory)
    supervision = process.supervision
    yield from duration("killed after", supervision.stop_timeout)
    if not isinstance(supervision.restart, Unknown) and not supervision.restart.default:
        yield Detail("restart", supervision.restart.value, supervision.restart.why, supervision.restart.at)


def application_details(server: AppServer) -> Iterator[Detail]:
    for listener in server.listeners:
        yield listening(listener, "listens on")
    for listener in server.handed:
        if isinstance(listener.address, Known):
            yield Detail("gets", str(listener.address.value), f"from {listener.owner}", listener.at)
    if server.target is not None and server.target.module is not None:
        attribute = f":{server.target.attribute}" if server.target.attribute else ""
        yield Detail("application", server.target.module + attribute, at=server.target_at)
    if server.config is not None:
        why = "" if server.config.explicit else "loaded by itself"
        yield Detail("configuration", server.config.path or server.config.written, why, server.config.at)
    for name, words in (("timeout", "timeout"), ("graceful_timeout", "lets requests end for")):
        if (value := server.setting(name)) is not None:
            yield from duration(words, value)
    if (workers := server.setting("workers")) is not None:
        yield from optional("workers", workers)


def listening(listener: Listener, name: str) -> Detail:
    if isinstance(listener.address, Unknown):
        return Detail(name, listener.address.reason, at=listener.at, known=False)
    text = f"{listener.address.value} ({listener.protocol.value})"
    return Detail(name, text, listener.address.why, listener.at)


def optional(name: str, value: Value[object]) -> Iterator[Detail]:
    if isinstance(value, Unknown):
        yield Detail(name, value.reason, at=value.at, known=False)
    elif value.value is not None:
        yield Detail(name, str(value.value), value.why, value.at)


def duration(name: str, value: Value[float]) -> Iterator[Detail]:
    if isinstance(value, Unknown):
        if value.at is not None:
            yield Detail(name, value.reason, at=value.at, known=False)
    elif value.value is not None:
        text = "never" if isinf(value.value) else f"{value.value:g} s"
        yield Detail(name, text, value.why, value.at)


def route_details(route: Route) -> Iterator[Detail]:
    """What holds for a route, on its arrow."""
    yield from duration("waits for an answer", route.read_timeout)
