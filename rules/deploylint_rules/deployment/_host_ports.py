"""The mistake of using a port that is published on the host inside of the compose network."""

from deploylint.facts import Known, PublishedPort
from deploylint.model import Connection, Deployment, Verdict


def mistaken_port(connection: Connection, deployment: Deployment) -> PublishedPort | None:
    """The `ports` entry whose host side the target names, where nobody listens on that port in the container."""
    target = connection.target
    if connection.verdict is not Verdict.NOBODY or connection.namespace.is_host or target.host is None:
        return None
    services = deployment.networks.named(target.host, connection.namespace)
    entries = [
        port
        for service in services
        for port in deployment.having(PublishedPort, "service", service)
        if not port.udp
    ]
    if any(_is(entry.container_port, target.port) for entry in entries):
        return None
    return next((entry for entry in entries if _is(entry.host_port, target.port)), None)


def _is(value: object, port: int | None) -> bool:
    return isinstance(value, Known) and value.value is not None and value.value == port
