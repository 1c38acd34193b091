from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, Route, Service
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Connection, Deployment, Verdict
from deploylint.model.networks import is_this_machine
from deploylint.model.wording import address_of, listens


@rule(
    Severity.ERROR,
    given=(Route, Service),
    symptoms=("connect() failed (111: Connection refused) while connecting to upstream",),
)
def proxy_to_localhost_in_container(connection: Connection, context: Context) -> Findings:
    """nginx in a container proxies to localhost, which is that container itself.

    ## Why is this bad?
    Inside a container `localhost` and `127.0.0.1` are the container's own loopback interface. The
    application runs in another container, so nginx finds nobody and answers 502 Bad Gateway. It worked
    on the host, where both shared one network.

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
            proxy_pass http://localhost:8000;
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
    With `network_mode: host`, or `network_mode: service:web`, or when one image holds nginx and the
    application; the rule knows these cases.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    """
    address = connection.target.address
    if (
        connection.verdict is not Verdict.NOBODY
        or connection.namespace == HOST
        or not isinstance(address, Known)
        or not is_this_machine(address.value)
        or not _runs_only_nginx(connection)
    ):
        return
    service = connection.namespace.service
    others = connection.elsewhere
    yield Finding(
        connection.target.at,
        f"{address_of(connection.target)} is the {service} container itself, where only nginx runs",
        label="nginx connects to its own container",
        related=tuple(Label(listener.at, listens(listener)) for listener in others)
        or _container(connection, context.project.deployment_of(connection.route.document)),
        help=_help(others),
    )


def _runs_only_nginx(connection: Connection) -> bool:
    processes: tuple[Process, ...] = connection.neighbours
    return all(process.kind is Kind.NGINX for process in processes)


def _container(connection: Connection, deployment: Deployment) -> tuple[Label, ...]:
    service = deployment.networks.services.get(connection.namespace)
    return () if service is None else (Label(service.at, "nginx reads the file in this container"),)


def _help(listeners: tuple[Listener, ...]) -> str:
    names = sorted({listener.namespace.service for listener in listeners if listener.namespace.service})
    name = names[0] if len(names) == 1 else "the service's name"
    return f"proxy to {name}, which compose resolves, or run the application in the same network"
