from math import isfinite

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection, Deployment
from deploylint.model.wording import because, seconds

# Workers whose `timeout` is a heartbeat of the whole worker and no limit for one request
# (https://docs.gunicorn.org/en/stable/settings.html#timeout).
_HEARTBEAT_ONLY = ("gthread", "gevent", "eventlet", "tornado", "uvicorn", "asgi", "aiohttp")


@rule(
    Severity.WARNING,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    group=Group.RELIABILITY,
    symptoms=(
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
        "504 Gateway Time-out",
    ),
)
def proxy_timeout_too_short(deployment: Deployment) -> Findings:
    """nginx gives up on a request before the application server does.

    ## Why is this bad?
    A slow request ends as 504 Gateway Time-out for the user, while the worker goes on with it, and the
    retry of the user starts it once more. The time that somebody set for long requests has no effect.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_read_timeout 30s;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --timeout 120 --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_read_timeout 125s;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --timeout 120 --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    When long requests are not for users: set the shorter time where they are meant to end.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout
    - https://docs.gunicorn.org/en/stable/settings.html#timeout
    - https://github.com/zulip/zulip/issues/31909
    """
    found: dict[object, list[tuple[Connection, AppServer]]] = {}
    for connection in deployment.connections:
        for server in connection.servers:
            if _gives_up_first(connection, server):
                # Instances of a template, and processes with a number, stand in one place.
                found.setdefault((_place(connection), server.process.at), []).append((connection, server))
    for pairs in found.values():
        connection, server = pairs[0]
        yield _finding(connection, server, [other for other, _ in pairs[1:]])


def _place(connection: Connection) -> object:
    """What one edit mends: the written timeout, else the nginx server that has none."""
    patience = connection.route.read_timeout
    if isinstance(patience, Known) and patience.at is not None:
        return patience.at.path, patience.at.span
    return id(connection.route.server or connection.route)


def _gives_up_first(connection: Connection, server: AppServer) -> bool:
    patience, limit = connection.route.read_timeout, server.setting("timeout")
    return (
        isinstance(patience, Known)
        and isinstance(limit, Known)
        and limit.value is not None
        and isfinite(limit.value)
        and patience.value < limit.value
        and any(server.answers(listener, connection.route.protocol) for listener in connection.listeners)
        and _limits_requests(server)
    )


def _finding(connection: Connection, server: AppServer, others: list[Connection]) -> Finding:
    patience, limit = connection.route.read_timeout, server.setting("timeout")
    assert isinstance(patience, Known)  # noqa: S101  `_gives_up_first` has seen to it
    assert isinstance(limit, Known)  # noqa: S101
    name = "harakiri" if server.kind == Kind.UWSGI.value else "timeout"
    place = f"{name} is {seconds(limit.value)}{because(limit)}"
    elsewhere = () if patience.at else tuple(Label(other.target.at, "and here") for other in others[:4])
    return Finding(
        patience.at or connection.target.at,
        f"nginx waits {seconds(patience.value)}{because(patience)} for an answer, "
        f"{server.name} works {seconds(limit.value)} on a request",
        label="nginx gives up first" if patience.at else "nginx gives up first here",
        related=(Label(limit.at or server.process.at, place), *elsewhere),
        help=f"set {_directive(connection)} to {seconds(limit.value + 5).replace(' ', '')}, or lower {name}",
    )


def _directive(connection: Connection) -> str:
    return connection.route.directive.replace("_pass", "_read_timeout")


def _limits_requests(server: AppServer) -> bool:
    """Whether the server's timeout ends a single request: uWSGI's harakiri, gunicorn's with sync workers."""
    if server.kind == Kind.UWSGI.value:
        return True
    if server.kind != Kind.GUNICORN.value:
        return False
    worker, threads = server.setting("worker_class"), server.setting("threads")
    if not isinstance(worker, Known) or (threads is not None and not isinstance(threads, Known)):
        return False
    if isinstance(threads, Known) and threads.value is not None and threads.value > 1:
        return False
    return not any(word in str(worker.value).lower() for word in _HEARTBEAT_ONLY)
