from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Protocol, Route, Service
from deploylint.model import Connection, Deployment, Verdict
from deploylint.model.variants import is_example, together
from deploylint.vocabulary.nearest import nearest


@rule(Severity.ERROR, given=(Route, Service), symptoms=("host not found in upstream *",))
def proxy_unknown_host(connection: Connection, context: Context) -> Findings:
    """nginx in a container proxies to a name that no service of the project has.

    ## Why is this bad?
    nginx looks its upstreams up when it starts. A name that the network does not know ends the start
    with `[emerg] host not found in upstream`, and the container exits.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://app:8000;
        }
    }
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://web:8000;
        }
    }
    ```

    ## When it is fine
    When the name comes from a network that another project defines. The rule is silent about services
    that join an external network.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    - https://github.com/nginxinc/docker-nginx/issues/127
    """
    host = connection.target.host
    if connection.verdict is not Verdict.EXTERNAL or host is None or not _is_bare_name(host):
        return
    deployment = context.project.deployment_of(connection.route.document)
    if connection.namespace == HOST:
        yield from _outside(connection, host, deployment)
        return
    own = _service(deployment, connection)
    if own is None or own.external_networks or own.network_mode or host in own.extra_hosts:
        return
    services = [s for s in deployment.every(Service) if s.project == own.project and s is not own]
    yield Finding(
        connection.target.at,
        f'host not found in upstream "{host}": no service of the project has this name',
        label="nginx looks this name up when it starts",
        related=_labels(services),
        help=_help(host, services),
    )


def _outside(connection: Connection, host: str, deployment: Deployment) -> Findings:
    """A file that no container is seen to read, beside a compose project: the name can only be meant for a service."""
    services = [
        s for s in deployment.every(Service) if together(s.document.path, connection.route.document.path)
    ]
    if (
        not services
        or connection.route.protocol not in (Protocol.HTTP, Protocol.UWSGI)
        or is_example(connection.route.document.path)
        or any(s.external_networks or s.network_mode or host in s.extra_hosts for s in services)
    ):
        return
    yield Finding(
        connection.target.at,
        f'host not found in upstream "{host}": no compose service has this name',
        label="nginx looks this name up when it starts",
        related=_labels(services),
        help=_help(host, services),
        severity=Severity.WARNING,
        confidence=Confidence.MEDIUM,
    )


def _labels(services: list[Service]) -> tuple[Label, ...]:
    return tuple(Label(service.at, f"a service that is called {service.name}") for service in services[:4])


def _help(host: str, services: list[Service]) -> str:
    close = nearest(host, sorted(name for service in services for name in service.names | {service.name}))
    if close:
        return f"did you mean {close}?"
    names = ", ".join(sorted({service.name for service in services}))
    return f"proxy to a service ({names}), or give one of them the alias {host}"


def _is_bare_name(host: str) -> bool:
    return "." not in host and ":" not in host and host != "localhost"


def _service(deployment: Deployment, connection: Connection) -> Service | None:
    return next((s for s in deployment.every(Service) if s.namespace == connection.namespace), None)
