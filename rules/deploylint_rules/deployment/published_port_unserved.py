from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Listener, Namespace, PublishedPort, Service
from deploylint.model import Deployment
from deploylint.model.wording import listens
from deploylint.model.world import SILENT
from deploylint.values.address import TcpAddress


@rule(
    Severity.WARNING,
    given=(PublishedPort,),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "Empty reply from server",
        "Recv failure: Connection reset by peer",
        "connect() failed (111: Connection refused) while connecting to upstream",
    ),
)
def published_port_unserved(deployment: Deployment) -> Findings:
    """A published port leads to a container port where nobody listens.

    ## Why is this bad?
    Docker accepts the connection on the host and finds nobody behind it: the client gets an empty reply
    or a reset connection, although the container runs.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        ports: ["8000:5000"]
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        ports: ["8000:8000"]
    ```

    ## When it is fine
    When something else in the container listens there, such as a debugger. The rule is silent about
    services of which one published port is served, or whose programs are not all known.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    """
    published: dict[Service, list[PublishedPort]] = {}
    for entry in deployment.every(PublishedPort):
        published.setdefault(entry.service, []).append(entry)
    by_network: dict[Namespace, list[Listener]] = {}
    for listener in deployment.listeners():
        by_network.setdefault(deployment.networks.network(listener.namespace), []).append(listener)
    served = {id(server.origin) for server in deployment.servers}
    for service, entries in published.items():
        listeners = by_network.get(deployment.networks.network(service.namespace), [])
        if not listeners or not _is_closed(deployment, service, served):
            continue
        ports = [_port(listener) for listener in listeners]
        wanted = [
            entry.container_port.value if isinstance(entry.container_port, Known) else None
            for entry in entries
        ]
        if None in ports or None in wanted or set(ports) & set(wanted) or any(entry.udp for entry in entries):
            continue
        yield Finding(
            entries[0].at,
            f"port {wanted[0]} of {service.name} is published, but {service.name} listens on {ports[0]}",
            label=f"nobody listens on {wanted[0]} in the container",
            related=tuple(Label(listener.at, listens(listener)) for listener in listeners),
            help=f"publish container port {ports[0]}, or listen on 0.0.0.0:{wanted[0]}",
        )


def _port(listener: Listener) -> int | None:
    match listener.address:
        case Known(value=TcpAddress(port=port)):
            return port
        case _:
            return None


def _is_closed(deployment: Deployment, service: Service, served: set[int]) -> bool:
    """Whether every program in the container's network is a server that is understood, or accepts no connections."""
    network = deployment.networks.network(service.namespace)
    return not network.is_host and all(
        id(process) in served
        or (process.invocation is not None and process.invocation.program in SILENT - _SHELLS)
        for process in deployment.processes_in(network)
    )


_SHELLS = frozenset({"sh", "bash", "nginx", "supervisord", "docker", "caddy", "haproxy"})
