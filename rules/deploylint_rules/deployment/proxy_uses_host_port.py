from functools import lru_cache

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, PublishedPort, Route
from deploylint.model import Connection, Deployment
from deploylint.model.wording import address_of, unless
from deploylint_rules.deployment._host_ports import mistaken_port


@rule(
    Severity.ERROR,
    given=(Route, PublishedPort),
    symptoms=("connect() failed (111: Connection refused) while connecting to upstream",),
)
def proxy_uses_host_port(connection: Connection, context: Context) -> Findings:
    """nginx in a container uses the port that another container publishes on the host.

    ## Why is this bad?
    `ports: "8080:8000"` opens 8080 on the host only. Containers of one network reach each other on the
    port that the program listens on, here 8000. nginx gets `Connection refused` and answers 502.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        ports: ["127.0.0.1:8080:8000"]
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://web:8080;
        }
    }
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        ports: ["127.0.0.1:8080:8000"]
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

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    """
    deployment = context.project.deployment_of(connection.route.document)
    entry = mistaken_port(connection, deployment)
    if entry is None or not isinstance(entry.container_port, Known):
        return
    name, port = connection.target.host, entry.container_port.value
    yield Finding(
        connection.target.at,
        f"{address_of(connection.target)} is the port on the host; inside the network {name} listens on {port}",
        label="nginx connects inside the network",
        related=(Label(entry.at, f"published on the host as {connection.target.port}"),),
        help=f"proxy to {name}:{port}, or let {name} listen on {connection.target.port}",
        severity=Severity.WARNING if _may_be_overruled(deployment) else None,
    )


@lru_cache(maxsize=1)
def _may_be_overruled(deployment: Deployment) -> bool:
    """Whether something outside of the files may move a listener."""
    return bool(unless(*(listener.address for listener in deployment.listeners())))
