from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Protocol, VirtualServer
from deploylint.model import Connection, Deployment, Verdict
from deploylint.model.networks import is_this_machine
from deploylint.model.wording import address_of
from deploylint.values.address import covers


@rule(
    Severity.ERROR,
    symptoms=(
        "worker_connections are not enough while connecting to upstream",
        "Request Header Or Cookie Too Large",
    ),
)
def proxy_loop(connection: Connection, context: Context) -> Findings:
    """nginx proxies to the server block that the request came in by.

    ## Why is this bad?
    Every request goes round until nginx has no connections left or the headers, which grow each time,
    are too large. Nobody else can listen on that port: nginx has it.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:80;
        }
    }
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

    ## When it is fine
    When several server blocks share the port and the request is for another one. The rule speaks only
    where there is one.

    ## References
    - https://nginx.org/en/docs/http/request_processing.html
    """
    route, target = connection.route, connection.target
    address = target.address
    if (
        route.document.templated
        or route.server is None
        or route.protocol is not Protocol.HTTP
        or not isinstance(address, Known)
    ):
        return
    if connection.verdict is not Verdict.REACHED or not is_this_machine(address.value):
        return
    if any(listener.owner != "nginx" for listener in connection.listeners):
        return
    deployment = context.project.deployment_of(route.document)
    own = _that_take(deployment, connection)
    if own != [route.server]:
        return
    listener = next(
        x
        for x in route.server.listens
        if isinstance(x.address, Known) and covers(x.address.value, address.value)
    )
    yield Finding(
        target.at,
        f"{address_of(target)} is this server block itself, so requests go round in a circle",
        label="nginx connects to itself",
        related=(Label(listener.at, "nginx listens here"),),
        help="proxy to the port that the application listens on",
    )


def _that_take(deployment: Deployment, connection: Connection) -> list[VirtualServer]:
    """The server blocks of the same nginx that accept a connection to the target."""
    address = connection.target.address
    return [
        server
        for server in deployment.every(VirtualServer)
        if connection.namespace in deployment.namespaces_of(server.document)
        and any(
            isinstance(listener.address, Known)
            and isinstance(address, Known)
            and covers(listener.address.value, address.value)
            for listener in server.listens
        )
    ]
