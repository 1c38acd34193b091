from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Listener, Protocol, Route, Target, VirtualServer
from deploylint.model import Connection, Deployment, Verdict
from deploylint.model.networks import is_this_machine
from deploylint.model.wording import address_of
from deploylint.values.address import TcpAddress, covers


@rule(
    Severity.ERROR,
    symptoms=(
        "worker_connections are not enough while connecting to upstream",
        "Request Header Or Cookie Too Large",
    ),
)
def proxy_loop(route: Route, context: Context) -> Findings:
    """nginx proxies to the server block that the request came in by.

    ## Why is this bad?
    Every request goes round until nginx has no connections left or the headers, which grow each time,
    are too large. Nobody else can listen on that port: nginx has it.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:80;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When several server blocks share the port and the request is for another one. The rule speaks only
    where there is one.

    ## References
    - https://nginx.org/en/docs/http/request_processing.html
    """
    server = route.server
    if route.document.templated or server is None or route.protocol is not Protocol.HTTP:
        return
    if all(_taken_by(server, target) is None for target in route.targets):
        return  # most routes, and they do without the model
    deployment = context.project.deployment_of(route.document)
    for connection in deployment.connections_of(route):
        target = connection.target
        listener = _taken_by(server, target)
        if listener is not None and _goes_round(connection, server, deployment):
            yield Finding(
                target.at,
                f"{address_of(target)} is this server block itself, so requests go round in a circle",
                label="nginx connects to itself",
                related=(Label(listener.at, "nginx listens here"),),
                help="proxy to the port that the application listens on",
            )


def _taken_by(server: VirtualServer, target: Target) -> Listener | None:
    """The address of a server block that takes connections to a target."""
    if not isinstance(target.address, Known):
        return None
    for listener in server.listens:
        if isinstance(listener.address, Known) and covers(listener.address.value, target.address.value):
            return listener
    return None


def _goes_round(connection: Connection, server: VirtualServer, deployment: Deployment) -> bool:
    address = connection.target.address
    if connection.verdict is not Verdict.REACHED or not isinstance(address, Known):
        return False
    if not is_this_machine(address.value) or any(one.owner != "nginx" for one in connection.listeners):
        return False
    return list(islice(_that_take(deployment, connection), 2)) == [server]


def _that_take(deployment: Deployment, connection: Connection) -> Iterator[VirtualServer]:
    """The server blocks of the same nginx that accept a connection to the target."""
    address = connection.target.address
    port = (
        address.value.port if isinstance(address, Known) and isinstance(address.value, TcpAddress) else None
    )
    for server in _by_port(deployment).get(port, ()):
        if (
            connection.namespace in deployment.namespaces_of(server.document)
            and _taken_by(server, connection.target) is not None
        ):
            yield server


@lru_cache(maxsize=1)
def _by_port(deployment: Deployment) -> dict[int | None, list[VirtualServer]]:
    """The server blocks that listen on each port; None for unix sockets."""
    found: dict[int | None, dict[VirtualServer, None]] = {}
    for server in deployment.every(VirtualServer):
        for listener in server.listens:
            if isinstance(listener.address, Known):
                port = listener.address.value.port if isinstance(listener.address.value, TcpAddress) else None
                found.setdefault(port, {})[server] = None
    return {port: list(servers) for port, servers in found.items()}
