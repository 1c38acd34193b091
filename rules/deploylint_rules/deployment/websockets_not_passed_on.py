from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, Protocol, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection, Deployment
from deploylint.model.application import sources
from deploylint_rules.deployment._sites import sites

_SPEAK_WEBSOCKETS = {kind.value for kind in (Kind.UVICORN, Kind.HYPERCORN, Kind.DAPHNE, Kind.GRANIAN)}
# gunicorn's workers that can hand a connection over to a websocket.
_WORKERS = ("uvicorn", "asgi", "gevent", "eventlet", "tornado", "aiohttp")


@rule(
    Severity.WARNING,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "WebSocket connection to '*' failed: Error during WebSocket handshake: Unexpected response code: *",
        "WebSocket connection to '*' failed",
        "The client is using an unsupported version of the Socket.IO or Engine.IO protocols",
    ),
)
def websockets_not_passed_on(deployment: Deployment) -> Findings:
    """The application takes websockets, and nginx drops the headers that open one.

    ## Why is this bad?
    `Upgrade` and `Connection` are meant for the next hop only, so that nginx does not pass them on. The
    application sees a plain GET: the handshake ends with 400, 403 or 404, and Socket.IO falls back to polling.

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
    WorkingDirectory=/srv/chat
    ExecStart=/srv/chat/venv/bin/uvicorn --host 127.0.0.1 chat:app
    ```
    ```python title="chat.py"
    from fastapi import FastAPI, WebSocket

    app = FastAPI()


    @app.websocket("/rooms")
    async def rooms(socket: WebSocket) -> None:
        await socket.accept()
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
        location /rooms {
            proxy_pass http://127.0.0.1:8000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/chat
    ExecStart=/srv/chat/venv/bin/uvicorn --host 127.0.0.1 chat:app
    ```
    ```python title="chat.py"
    from fastapi import FastAPI, WebSocket

    app = FastAPI()


    @app.websocket("/rooms")
    async def rooms(socket: WebSocket) -> None:
        await socket.accept()
    ```

    ## When it is fine
    When the websockets are for other clients, which do not come through nginx.

    ## References
    - https://nginx.org/en/docs/http/websocket.html
    - https://flask-socketio.readthedocs.io/en/latest/deployment.html#using-nginx-as-a-websocket-reverse-proxy
    """
    for server, connections in sites(deployment, Protocol.HTTP):
        if not _speaks_websockets(server) or any(_may_pass_on(each) for each in connections):
            continue
        from deploylint.formats.nginx.scope import is_socket_path  # noqa: PLC0415  there is a route, so it is loaded
        from deploylint.formats.python.application import websockets  # noqa: PLC0415  brings the Python grammar

        declared = [found for source in sources(server, deployment) for found in websockets(source)]
        if not declared:
            continue
        first = next((found for found in declared if found.path is not None), declared[0])
        connection = _responsible(connections, first.path)
        if is_socket_path(connection.route.location.rpartition(" ")[2]):
            continue  # nginx-websocket-headers-missing
        where = f" at {first.path}" if first.path else ""
        yield Finding(
            connection.route.at,
            f"{server.name} takes websockets{where}, but nginx does not pass the Upgrade header on",
            label="passes on plain requests only",
            related=(Label(first.at, "the application takes websockets here"),),
            help='set proxy_http_version 1.1 and the headers "Upgrade $http_upgrade" and "Connection upgrade", '
            f"best in a location of its own for {first.path or 'their path'}",
        )


def _speaks_websockets(server: AppServer) -> bool:
    if server.kind in _SPEAK_WEBSOCKETS:
        return True
    worker = server.setting("worker_class")
    return isinstance(worker, Known) and any(word in str(worker.value).lower() for word in _WORKERS)


def _may_pass_on(connection: Connection) -> bool:
    headers = connection.route.headers
    return not isinstance(headers, Known) or "upgrade" in headers.value


def _responsible(connections: list[Connection], path: str | None) -> Connection:
    """The connection whose location takes the path: the longest prefix, as in nginx; else the catch-all or the first."""

    def rank(connection: Connection) -> int:
        prefix = connection.route.location.removeprefix("^~ ").removeprefix("= ")
        if path is not None and prefix.startswith("/") and path.startswith(prefix):
            return len(prefix)
        return 0 if prefix in ("", "/") else -1

    return max(connections, key=rank)
