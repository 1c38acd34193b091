from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process, Route
from deploylint.model import Connection, Verdict
from deploylint.model.networks import is_this_machine
from deploylint.model.wording import address_of, listens, unless
from deploylint_rules.deployment._host_ports import mistaken_port


@rule(
    Severity.ERROR,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    symptoms=(
        "connect() failed (111: Connection refused) while connecting to upstream",
        "connect() to unix:* failed (2: No such file or directory)",
        "no live upstreams while connecting to upstream",
        "502 Bad Gateway",
    ),
)
def proxy_target_not_listening(connection: Connection, context: Context) -> Findings:
    """nginx proxies to an address where no process of the deployment listens.

    ## Why is this bad?
    Every request to this location is answered with 502 Bad Gateway. nginx writes `connect() failed (111:
    Connection refused)` to its error log, or `(2: No such file or directory)` for a unix socket. The
    usual causes are a port that was changed on one side only, and a bind that nobody wrote down:
    gunicorn without one listens on 127.0.0.1:8000.

    The rule speaks only when everything that could listen there is known, and when an application
    server of the deployment is reached by no route: that is where the requests were meant to go.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:5001;
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
    When the server is started by something that is not in this repository. Name the files that belong
    together in `[[deployment]]`, or silence the finding at the route.

    ## References
    - nginx: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
    - gunicorn: https://docs.gunicorn.org/en/stable/settings.html#bind
    """
    if connection.verdict is not Verdict.NOBODY or not connection.certain or _is_other_rule(connection):
        return
    deployment = context.project.deployment_of(connection.route.document)
    if mistaken_port(connection, deployment) is not None:
        return
    target = connection.target
    wanted = address_of(target)
    nearest = connection.orphans[0]
    yield Finding(
        target.at,
        f"nothing listens on {wanted}",
        label="nginx connects here",
        related=tuple(Label(listener.at, listens(listener)) for listener in connection.orphans),
        help=_help(wanted, nearest),
        severity=Severity.WARNING if unless(*(x.address for x in deployment.listeners())) else None,
    )


def _is_other_rule(connection: Connection) -> bool:
    """A container's localhost is the subject of proxy-to-localhost-in-container."""
    address = connection.target.address
    return connection.namespace != HOST and isinstance(address, Known) and is_this_machine(address.value)


def _help(wanted: str, listener: Listener) -> str:
    if not isinstance(listener.address, Known):
        return f"let {listener.owner} listen on {wanted}"
    return f"proxy to {listener.address.value}, or let {listener.owner} listen on {wanted}"
