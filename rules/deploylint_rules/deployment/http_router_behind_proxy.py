from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Process, Protocol, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.source import Location

_ROUTERS = ("http", "https", "https2")


@rule(Severity.NOTE, given=(Route, (Process, "uwsgi")), group=Group.PERFORMANCE, pedantic=True)
def http_router_behind_proxy(deployment: Deployment) -> Findings:
    """nginx passes requests to uWSGI's own proxy, which passes them to the workers.

    ## Why is this bad?
    With `http` uWSGI starts a further process that reads each request and hands it on, as nginx has done before. It is
    one more that can fail, with time limits and buffers of its own. `http-socket` lets the workers speak HTTP, and
    `socket` with `uwsgi_pass` is faster still.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8080;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    http = 127.0.0.1:8080
    module = shop:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8080;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    http-socket = 127.0.0.1:8080
    module = shop:app
    ```

    ## When it is fine
    When the router does what the workers cannot: websockets, connections that stay open, files by offload threads.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/HTTP.html
    """
    seen: set[int] = set()
    routers: dict[int, frozenset[Location]] = {}
    for connection in deployment.connections:
        if connection.route.protocol is not Protocol.HTTP:
            continue
        for server in connection.servers:
            if id(server) not in routers:
                routers[id(server)] = frozenset(_routers(server))
            places = routers[id(server)]
            for listener in connection.listeners:
                if id(listener) not in seen and listener.at in places:
                    seen.add(id(listener))
                    yield Finding(
                        listener.at,
                        f"{server.name} has a proxy of its own behind nginx",
                        label="http starts one more process",
                        related=(Label(connection.target.at, "nginx connects to it here"),),
                        help="use http-socket, or socket with uwsgi_pass",
                    )


def _routers(server: AppServer) -> list[Location]:
    """Where uWSGI is told to start its HTTP router, as its listeners are placed."""
    if server.kind != Kind.UWSGI.value:
        return []
    found: list[Location] = []
    invocation = server.process.invocation
    if invocation is not None:
        source = server.process.document.source
        values = [option.value for name in _ROUTERS for option in invocation.all(name) if option.value]
        found += [source.location(value.span.start, value.span.end) for value in values]
    if server.config is not None and server.config.document is not None:
        from deploylint.formats.uwsgi.settings import settings_of  # noqa: PLC0415  there is a file, so it is loaded

        settings = settings_of(server.config.document)
        if not settings.all("http-websockets", "http-keepalive", "http-to", "static-map", "offload-threads"):
            found += [socket.at for socket in settings.sockets() if socket.router]
    return found
