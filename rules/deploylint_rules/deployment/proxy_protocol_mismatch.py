from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Listener, Process, Protocol, Route, SocketUnit
from deploylint.model import Connection, Verdict
from deploylint.model.wording import address_of, listens, unless

_DIRECTIVES = {Protocol.HTTP: "proxy_pass", Protocol.UWSGI: "uwsgi_pass", Protocol.FASTCGI: "fastcgi_pass"}


# Whoever may listen on what nginx connects to; nginx itself speaks HTTP there, as `proxy_pass` does.
_OTHERS = (Process, SocketUnit, "gunicorn", "uwsgi", "supervisor")
_UNLIKE_HTTP = ("uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass", "stream")


@rule(
    Severity.ERROR,
    given=(Route, (*_OTHERS, *_UNLIKE_HTTP)),
    symptoms=(
        "invalid request block size: *",
        "upstream prematurely closed connection while reading response header from upstream",
        "504 Gateway Time-out",
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
    ),
)
def proxy_protocol_mismatch(connection: Connection) -> Findings:
    """nginx speaks another protocol than the server that listens at the other end.

    ## Why is this bad?
    `uwsgi_pass` to an HTTP server hangs until the read timeout and ends as 504: the server waits for
    the rest of a request line that never comes. `proxy_pass` to a uwsgi socket fails at once as 502, and
    uWSGI writes `invalid request block size: 21573`, which are the letters `GET ` read as a length.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            include uwsgi_params;
            uwsgi_pass 127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_set_header Host $host;
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

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/Nginx.html
    - https://github.com/unbit/uwsgi/issues/1334
    """
    route, listeners = connection.route, connection.listeners
    if connection.verdict is not Verdict.REACHED or any(
        _understands(listener, route) for listener in listeners
    ):
        return
    other = listeners[0]
    wanted = _DIRECTIVES.get(other.protocol)
    yield Finding(
        connection.target.at,
        f"{route.directive} speaks {route.protocol.value}, but {address_of(connection.target)} "
        f"is {_article(other.protocol)} {other.protocol.value} socket",
        label=f"nginx speaks {route.protocol.value} here",
        related=tuple(Label(listener.at, listens(listener)) for listener in listeners),
        help=f"use {wanted}, or let {other.owner} speak {route.protocol.value}" if wanted else None,
        severity=Severity.WARNING if _may_change(connection) else None,
    )


def _may_change(connection: Connection) -> bool:
    """Whether something outside of the project may give a server another address or protocol."""
    addresses = [listener.address for listener in connection.listeners]
    return bool(unless(*addresses, *(server.setting("protocol") for server in connection.servers)))


def _understands(listener: Listener, route: Route) -> bool:
    """Statistics may speak HTTP by another option; supervisor's interface is a web server with RPC in it."""
    spoken = Protocol.HTTP if listener.protocol is Protocol.SUPERVISOR else listener.protocol
    return spoken in (route.protocol, Protocol.OTHER, Protocol.STATS)


def _article(protocol: Protocol) -> str:
    return "an" if protocol is Protocol.HTTP else "a"
