from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Service
from deploylint.model import Connection, Deployment, Verdict
from deploylint.vocabulary.nearest import nearest


@rule(Severity.ERROR, symptoms=("host not found in upstream *",))
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
    deployment = context.project.deployment_of(connection.route.document)
    if (
        connection.verdict is not Verdict.EXTERNAL
        or connection.namespace == HOST
        or host is None
        or not _is_bare_name(host)
        or (own := _service(deployment, connection)) is None
        or own.external_networks
        or own.network_mode
        or host in own.extra_hosts
    ):
        return
    services = [s for s in deployment.every(Service) if s.project == own.project and s is not own]
    names = sorted(name for service in services for name in service.names | {service.name})
    close = nearest(host, names)
    yield Finding(
        connection.target.at,
        f'host not found in upstream "{host}": no service of the project has this name',
        label="nginx looks this name up when it starts",
        related=tuple(Label(s.at, f"a service that is called {s.name}") for s in services[:4]),
        help=f"did you mean {close}?"
        if close
        else f"the services are {', '.join(sorted(s.name for s in services))}",
    )


def _is_bare_name(host: str) -> bool:
    return "." not in host and ":" not in host and host != "localhost"


def _service(deployment: Deployment, connection: Connection) -> Service | None:
    return next((s for s in deployment.every(Service) if s.namespace == connection.namespace), None)
