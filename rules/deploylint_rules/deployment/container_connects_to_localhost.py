from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.facts import Known, Process, Service
from deploylint.model import Deployment
from deploylint.model.variants import together
from deploylint.pattern import pattern

# The scheme of a URL and the images of such servers, by the last part of their names.
_SERVERS = {
    "redis": ("redis", "valkey", "keydb"),
    "postgres": ("postgres", "postgis", "timescaledb"),
    "postgresql": ("postgres", "postgis", "timescaledb"),
    "postgis": ("postgis",),
    "mysql": ("mysql", "mariadb", "percona"),
    "amqp": ("rabbitmq",),
    "pyamqp": ("rabbitmq",),
    "mongodb": ("mongo",),
}
_IMAGES = frozenset(image for images in _SERVERS.values() for image in images)
_URL = pattern(
    r"(?P<scheme>[a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?://(?:[^@/\s]*@)?(?P<host>localhost|127\.0\.0\.1)(?::[0-9]{1,5})?(?=[/?]|$)"
)


@rule(
    Severity.ERROR,
    given=(Service, Service),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "connection to server at * (127.0.0.1), port 5432 failed: Connection refused",
        "Error 111 connecting to localhost:6379. Connection refused.",
    ),
)
def container_connects_to_localhost(deployment: Deployment) -> Findings:
    """A container looks for another service's server on its own localhost.

    ## Why is this bad?
    Inside a container `localhost` is the container itself. The database runs in another one and is
    reached by its service's name.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        environment:
          REDIS_URL: redis://localhost:6379/0
      cache:
        image: redis:7
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        environment:
          REDIS_URL: redis://cache:6379/0
      cache:
        image: redis:7
    ```

    ## When it is fine
    On the host's network, or in one that is shared with the other service; the rule knows these cases.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    - https://github.com/cookiecutter/cookiecutter-django/issues/2767
    """
    services = [service for service in deployment.every(Service) if _image(service) in _IMAGES]
    found: dict[tuple[str, str, object], list[_Fault]] = {}
    for process in deployment.every(Process) if services else ():
        own = deployment.networks.services.get(process.namespace)
        if own is None or own.network_mode or (own.build is None and not own.commanded):
            continue
        for name, value in process.environment.variables.items():
            if not isinstance(value, Known) or value.at is None or (match := _URL.match(value.value)) is None:
                continue
            server = next(_servers(match["scheme"], own, services), None)
            if server is not None and not _is_set_by_script(name, deployment):
                place = (name, value.at.path, value.at.span)
                found.setdefault(place, []).append(_Fault(own, server, match["host"], value))
    for (name, *_), faults in found.items():
        yield _finding(name, faults)


@dataclass(frozen=True, slots=True)
class _Fault:
    """A service whose variable says `host` where `server` is meant."""

    service: Service
    server: Service
    host: str
    value: Known[str]


def _finding(name: str, faults: list[_Fault]) -> Finding:
    fault = faults[0]
    services = " and ".join(sorted({each.service.name for each in faults}))
    assert fault.value.at is not None  # noqa: S101  only such values come here
    source = f" ({fault.value.why})" if fault.value.why else ""
    return Finding(
        fault.value.at,
        f"{name}{source} of {services} says {fault.host}, which is the container itself",
        label="used inside the container",
        related=(Label(fault.server.at, f"the server runs in the container {fault.server.name}"),),
        help=f"write {fault.server.name} instead of {fault.host}",
        # An env file may serve runs on the host as well, and an entry point may change what it says.
        severity=Severity.WARNING if fault.value.why else None,
    )


def _is_set_by_script(name: str, deployment: Deployment) -> bool:
    """Whether a script of the deployment gives the variable another value, as entry points do."""
    return any(
        document.format == "shell" and f"{name}=" in document.source.text for document in deployment.documents
    )


def _servers(scheme: str, own: Service, services: list[Service]) -> Iterator[Service]:
    """Services of the project with an image of this kind, which do not share the network."""
    for service in services:
        if service is own or service.project != own.project or service.network_mode:
            continue
        if _image(service) in _SERVERS.get(scheme, ()) and together(service.document.path, own.document.path):
            yield service


def _image(service: Service) -> str:
    return (service.image or "").partition(":")[0].rpartition("/")[2]
