from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, Protocol, PublishedPort, SupervisorKind
from deploylint.model import AppServer, Deployment
from deploylint.model.wording import unless
from deploylint.values.address import TcpAddress, is_any
from deploylint_rules.deployment._filters import is_filtered


@rule(Severity.ERROR, mentions=("uwsgi",), given=((Process, "uwsgi"),), group=Group.SECURITY)
def uwsgi_socket_public(deployment: Deployment, context: Context) -> Findings:
    """A socket that speaks the uwsgi protocol can be reached from other machines.

    ## Why is this bad?
    The protocol trusts its client. Whoever connects may set any request variable, and
    `UWSGI_FILE` makes uWSGI load and run a file. It is meant for the web server beside it alone.

    ## Example
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = 0.0.0.0:8001
    module = wsgi:app
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = 127.0.0.1:8001
    module = wsgi:app
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/usr/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## When it is fine
    Inside a container whose port is not published: files with which nothing starts uWSGI are looked at only
    where nginx on the host connects to them. A firewall may close the port, too, but nothing in the project tells.

    ## References
    - https://github.com/unbit/uwsgi/issues/2491
    - https://uwsgi-docs.readthedocs.io/en/latest/Vars.html
    """
    for server in deployment.servers:
        for listener in server.listeners:
            address = listener.address
            if listener.protocol is not Protocol.UWSGI or not isinstance(address, Known):
                continue
            if not isinstance(address.value, TcpAddress) or not is_any(address.value):
                continue
            if is_filtered(listener.process, context.project):
                continue
            doors = tuple(
                Label(entry.at, "published on all interfaces")
                for entry in deployment.every(PublishedPort)
                if entry.service.namespace == listener.namespace
                and isinstance(entry.container_port, Known)
                and entry.container_port.value == address.value.port
                and entry.host_ip in ("", "0.0.0.0", "::")  # noqa: S104
            )
            if (listener.namespace == HOST and _is_on_the_host(server, listener, deployment)) or doors:
                yield Finding(
                    listener.at,
                    f"{listener.owner} speaks the uwsgi protocol on {address.value}, for everybody who can connect",
                    label="clients of this protocol are trusted with everything",
                    related=doors,
                    help=f"listen on 127.0.0.1:{address.value.port} or on a unix socket"
                    if listener.namespace == HOST
                    else "leave ports out: nginx reaches it inside the network",
                    severity=Severity.WARNING if unless(address, server.setting("protocol")) else None,
                )


def _is_on_the_host(server: AppServer, listener: Listener, deployment: Deployment) -> bool:
    """Something starts it there, or nginx connects to it from there."""
    if listener.process is None or listener.process.supervision.kind is not SupervisorKind.SCRIPT:
        return True
    return any(
        connection.namespace == HOST and server in connection.servers for connection in deployment.connections
    )
