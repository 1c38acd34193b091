from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.model.wording import because


@rule(
    Severity.NOTE,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    group=Group.PERFORMANCE,
    pedantic=True,
    symptoms=(
        "connect() to unix:* failed (11: Resource temporarily unavailable)",
        "upstream timed out (110: Connection timed out) while reading response header from upstream",
        "uWSGI listen queue of socket * full !!!",
    ),
)
def one_request_at_a_time(deployment: Deployment) -> Findings:
    """The server behind nginx works on a single request at a time.

    ## Why is this bad?
    While one request waits for a database or another service, all others wait, too. When the queue of the
    socket is full, nginx gets `(11: Resource temporarily unavailable)` and answers 502. gunicorn and uWSGI
    start one worker unless told otherwise.

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
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
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
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --workers 3 --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## When it is fine
    For internal tools with one user, and where the application must not run twice.

    ## References
    - https://docs.gunicorn.org/en/stable/design.html#how-many-workers
    - https://github.com/benoitc/gunicorn/issues/2433
    """
    seen: set[int] = set()
    for connection in deployment.connections:
        for server in connection.servers:
            workers = server.setting("workers")
            if (
                id(server) in seen
                or not isinstance(workers, Known)
                or workers.value != 1
                or not _is_plain(server)
            ):
                continue
            seen.add(id(server))
            yield Finding(
                workers.at or server.process.at,
                f"{server.name} works on one request at a time: it has one worker{because(workers)}",
                label="one worker",
                related=(Label(connection.target.at, "all requests from here wait for it"),),
                help="start several workers, or give the worker threads",
            )


def _is_plain(server: AppServer) -> bool:
    """Whether a worker certainly does one thing after the other."""
    threads = server.setting("threads")
    if threads is not None and not (isinstance(threads, Known) and threads.value in (None, 1)):
        return False
    if server.kind == Kind.UWSGI.value:
        return True
    worker = server.setting("worker_class")
    return server.kind == Kind.GUNICORN.value and isinstance(worker, Known) and str(worker.value) == "sync"
