from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, Protocol, Route, Value
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.model.wording import because, seconds
from deploylint_rules.deployment._sites import sites


@rule(
    Severity.NOTE,
    given=(Route, Process),
    group=Group.RELIABILITY,
    pedantic=True,
    symptoms=(
        "recv() failed (104: Connection reset by peer) while reading response header from upstream",
        "upstream prematurely closed connection while reading response header from upstream",
    ),
)
def kept_connection_closed_first(deployment: Deployment) -> Findings:
    """The application closes idle connections sooner than nginx stops using them.

    ## Why is this bad?
    nginx sends a request on a kept connection just when the application closes it. A GET is tried again, a
    POST ends now and then as 502. gunicorn's sync workers close every connection, so that keeping them
    achieves nothing.

    ## Example
    ```nginx
    upstream shop {
        server 127.0.0.1:8000;
        keepalive 16;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://shop;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --threads 4 --bind 127.0.0.1:8000 shop:app
    ```

    ## Use instead
    ```nginx
    upstream shop {
        server 127.0.0.1:8000;
        keepalive 16;
        keepalive_timeout 60s;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://shop;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --threads 4 --keep-alive 65 --bind 127.0.0.1:8000 shop:app
    ```

    ## When it is fine
    When all requests may be repeated.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout
    - https://docs.gunicorn.org/en/stable/settings.html#keepalive
    - https://github.com/conbench/conbench/issues/1156
    """
    for server, connections in sites(deployment, Protocol.HTTP):
        connection = connections[0]
        kept, headers = connection.route.idle_time, connection.route.headers
        open_for = _open_for(server)
        if (
            not isinstance(kept, Known)
            or not isinstance(headers, Known)
            or not isinstance(open_for, Known)
            or headers.value.get("connection", "").lower() == "close"  # nginx-upstream-keepalive-ineffective
            or kept.value <= open_for.value
        ):
            continue
        yield Finding(
            kept.at or connection.target.at,
            f"nginx keeps unused connections for {seconds(kept.value)}{because(kept)}, "
            f"{server.name} closes them after {seconds(open_for.value)}{because(open_for)}",
            label="kept here",
            related=(Label(open_for.at or server.process.at, "the application closes first"),),
            help="let the application wait longer than nginx, or set keepalive_timeout in the upstream to less",
        )


def _open_for(server: AppServer) -> Value[float] | None:
    """Seconds that an unused connection stays open; 0 for gunicorn's sync workers, which know no keep-alive."""
    if server.kind == Kind.GUNICORN.value:
        worker, threads = server.setting("worker_class"), server.setting("threads")
        if not isinstance(worker, Known) or not isinstance(threads, Known):
            return None
        if str(worker.value) == "sync" and threads.value == 1:
            return Known(0.0, worker.at, "the sync worker keeps none")
    return server.setting("keepalive")
