from collections.abc import Iterator

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Namespace, PublishedPort, Route, Service
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.model.wording import because, unless
from deploylint.values.address import TcpAddress, is_loopback


@rule(
    Severity.ERROR,
    given=(Service,),
    symptoms=("connection reset by peer", "connect() failed (111: Connection refused)"),
)
def container_binds_loopback(server: AppServer, context: Context) -> Findings:
    """A server in a container listens on the container's own loopback interface.

    ## Why is this bad?
    Other containers and published ports arrive on the container's network interface. A server that
    listens on 127.0.0.1, which is the default of gunicorn, uvicorn and `flask run`, never sees them: the
    port is published and dead.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.org/shop:3
        command: gunicorn --bind 127.0.0.1:8000 wsgi:app
        ports:
          - "127.0.0.1:8000:8000"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.org/shop:3
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        ports:
          - "127.0.0.1:8000:8000"
    ```

    ## When it is fine
    With `network_mode: host`, or when a proxy in the same container talks to the server; the rule knows
    both.

    ## References
    - https://docs.gunicorn.org/en/stable/settings.html#bind
    - https://github.com/mozilla-services/syncserver/issues/106
    """
    namespace = server.process.namespace
    deployment = context.project.deployment_of(server.process.document)
    service = deployment.networks.services.get(namespace)
    if namespace == HOST or service is None or service.network_mode or _has_proxy(deployment, namespace):
        return
    if any(isinstance(x.address, Known) and not is_loopback(x.address.value) for x in server.listeners):
        return
    for listener in server.listeners:
        match listener.address:
            case Known(value=TcpAddress(port=port) as address) if is_loopback(address):
                users = tuple(_users(deployment, service, port))
                if users:
                    yield _finding(listener, service, port, users)


def _finding(listener: Listener, service: Service, port: int, users: tuple[Label, ...]) -> Finding:
    return Finding(
        listener.at,
        f"{service.name} listens on {listener.address.value if isinstance(listener.address, Known) else port}"
        f"{because(listener.address)}, which only the container itself can reach",
        label="listens on the container's loopback interface",
        related=users,
        help=f"listen on 0.0.0.0:{port}; what is published decides who can connect from outside",
        severity=Severity.WARNING if unless(listener.address) else None,
    )


def _has_proxy(deployment: Deployment, namespace: Namespace) -> bool:
    return any(
        process.kind in (Kind.NGINX, Kind.SUPERVISORD, None)
        for process in deployment.processes_in(deployment.networks.network(namespace))
    )


def _users(deployment: Deployment, service: Service, port: int) -> Iterator[Label]:
    """Who needs the port from outside of the container."""
    for published in deployment.every(PublishedPort):
        if (
            published.service is service
            and isinstance(published.container_port, Known)
            and published.container_port.value == port
        ):
            yield Label(published.at, "this port is published")
    names = service.names | {service.name}
    for route in deployment.every(Route):
        for target in route.targets:
            if target.host in names and target.port == port:
                yield Label(target.at, "nginx connects from another container")
