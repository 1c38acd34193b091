from collections.abc import Iterator

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, Protocol, PublishedPort, Route
from deploylint.model import Connection, Deployment
from deploylint.model.networks import is_this_machine
from deploylint.model.variants import is_development
from deploylint.model.wording import because
from deploylint.values.address import TcpAddress, is_any
from deploylint_rules.deployment._filters import is_filtered


@rule(Severity.WARNING, given=(Route, (Process, "gunicorn", "uwsgi")), group=Group.SECURITY)
def proxy_bypassed(deployment: Deployment, context: Context) -> Findings:
    """The application behind nginx can also be reached directly.

    ## Why is this bad?
    Whoever connects to the application's port passes by everything nginx does: TLS, access rules, limits
    for size and rate. Headers that only nginx should set, such as X-Forwarded-For, can be forged.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 0.0.0.0:8000 wsgi:app
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
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    When a firewall closes the port, or other machines are meant to connect to it as well. A unit with `IPAddressDeny=`
    is not reported.

    ## References
    - https://docs.gunicorn.org/en/stable/deploy.html
    """
    seen: set[int] = set()
    for connection in deployment.connections:
        for listener in connection.listeners:
            if id(listener) in seen or is_development(listener.document.path):
                continue
            if is_filtered(listener.process, context.project):
                continue
            found = list(_open_doors(listener, connection, deployment))
            seen.update(id(listener) for _ in found)
            yield from found


def _open_doors(listener: Listener, connection: Connection, deployment: Deployment) -> Iterator[Finding]:
    address = listener.address
    if (
        listener.process is None
        or listener.protocol is Protocol.UWSGI  # uwsgi-socket-public
        or not isinstance(address, Known)
        or not isinstance(address.value, TcpAddress)
    ):
        return
    proxy = (Label(connection.target.at, "nginx connects here"),)
    port = address.value.port
    target = connection.target.address
    local = isinstance(target, Known) and is_this_machine(target.value)
    on_host = deployment.networks.network(listener.namespace) == HOST
    # Where nginx cannot talk to it (proxy-protocol-mismatch), it may well be another program's.
    belongs = connection.route.protocol is not Protocol.UWSGI or listener.protocol is not Protocol.HTTP
    if on_host and connection.namespace == HOST and local and belongs and is_any(address.value):
        yield Finding(
            listener.at,
            f"{listener.owner} listens on all interfaces{because(address)}, so clients can pass nginx by",
            label=f"everybody can connect to port {port}",
            related=proxy,
            help=f"listen on 127.0.0.1:{port}",
        )
    for entry in deployment.having(PublishedPort, "service.namespace", listener.namespace):
        if (
            (connection.namespace != HOST or local)
            and isinstance(entry.container_port, Known)
            and entry.container_port.value == port
            and entry.host_ip in ("", "0.0.0.0", "::")  # noqa: S104
            and not is_development(entry.service.document.path)
        ):
            yield Finding(
                entry.at,
                f"port {port} of {entry.service.name} is published on all interfaces, so clients can pass nginx by",
                label="published on all interfaces",
                related=proxy,
                help="publish it on 127.0.0.1 only"
                if connection.namespace == HOST
                else "leave ports out: nginx reaches it inside the network; or publish it on 127.0.0.1",
            )
