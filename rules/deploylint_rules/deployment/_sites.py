"""The connections of one nginx server block to one application server."""

from collections.abc import Iterator

from deploylint.facts import Protocol
from deploylint.model import AppServer, Connection, Deployment


def sites(deployment: Deployment, protocol: Protocol) -> Iterator[tuple[AppServer, list[Connection]]]:
    """Each application server with the connections that one nginx `server` block makes to it over a protocol."""
    found: dict[tuple[int, int], tuple[AppServer, list[Connection]]] = {}
    for connection in deployment.connections:
        if connection.route.protocol is not protocol or connection.route.server is None:
            continue
        for server in connection.servers:
            if any(server.answers(listener, protocol) for listener in connection.listeners):
                key = id(connection.route.server), id(server)
                found.setdefault(key, (server, []))[1].append(connection)
    yield from found.values()
