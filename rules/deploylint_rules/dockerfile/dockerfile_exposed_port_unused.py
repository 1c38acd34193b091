from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Listener, Process, SupervisorKind
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import image
from deploylint.values.address import TcpAddress


@rule(Severity.NOTE, group=Group.CORRECTNESS, pedantic=True)
def dockerfile_exposed_port_unused(process: Process, context: Context) -> Findings:
    """EXPOSE names other ports than the one on which the program listens.

    ## Why is this bad?
    Proxies that find containers by themselves (traefik, nginx-proxy) and `docker run -P` go by EXPOSE and
    connect to a port on which nobody listens.

    ## Example
    ```dockerfile
    FROM python:3.12
    EXPOSE 5000
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    EXPOSE 8000
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## References
    - https://docs.docker.com/reference/dockerfile/#expose
    """
    document = process.document
    if process.supervision.kind is not SupervisorKind.DOCKERFILE or not isinstance(document, Dockerfile):
        return
    made = image(document)
    deployment = context.project.deployment_of(document)
    listeners = [one for one in deployment.listeners() if one.process is process]
    ports = {port for one in listeners if (port := _port(one)) is not None}
    if (
        made is None
        or not made.exposed
        or not ports
        or len(ports) < len(listeners)
        or ports & set(made.exposed)
    ):
        return
    expose = next((one for one in reversed(document.stages[-1].instructions) if one.name == "EXPOSE"), None)
    if expose is not None:
        yield Finding(
            expose.value_at,
            f"the program listens on port {min(ports)}, which EXPOSE does not name",
            label="nobody listens here",
            related=(Label(listeners[0].at, f"listens on port {min(ports)}"),),
            help=f"write EXPOSE {min(ports)}",
        )


def _port(listener: Listener) -> int | None:
    address = listener.address
    return (
        address.value.port if isinstance(address, Known) and isinstance(address.value, TcpAddress) else None
    )
