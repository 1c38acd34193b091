from collections.abc import Iterator

from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.facts import Known, Process, Protocol, Route, Value
from deploylint.model import AppServer, Connection, Deployment
from deploylint.model.application import sources
from deploylint.model.wording import because
from deploylint.source import Location
from deploylint_rules.deployment._sites import sites

_UNITS = (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10))


@dataclass(frozen=True, slots=True)
class _Limit:
    """What the application accepts: `setting` is the name a person would change, `size` in bytes."""

    setting: str
    size: float
    at: Location


@rule(
    Severity.WARNING,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    symptoms=("413 Request Entity Too Large", "client intended to send too large body: * bytes"),
)
def upload_limit_too_small(deployment: Deployment) -> Findings:
    """nginx refuses bodies that the application is set up to accept.

    ## Why is this bad?
    Somebody gave the application a limit for uploads. nginx has a smaller one, 1 MB unless told otherwise:
    it answers 413 before the application sees the request, and the application's own message never shows.

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
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    ```
    ```python title="shop.py"
    from flask import Flask

    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        client_max_body_size 16m;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:app
    ```
    ```python title="shop.py"
    from flask import Flask

    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024
    ```

    ## When it is fine
    When large bodies come past nginx. One location with the larger limit is enough: the rule then takes
    the others for meant.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size
    - https://flask.palletsprojects.com/en/stable/config/#MAX_CONTENT_LENGTH
    - https://docs.djangoproject.com/en/stable/ref/settings/#data-upload-max-memory-size
    """
    for protocol in (Protocol.HTTP, Protocol.UWSGI):
        for server, connections in sites(deployment, protocol):
            limits = list(_limits(server, deployment))
            widest = _widest(connections)
            if not limits or widest is None:
                continue
            accepted = min(limits, key=lambda limit: limit.size)
            if widest.value < accepted.size:
                yield _finding(server, connections[0], widest, accepted)


def _limits(server: AppServer, deployment: Deployment) -> Iterator[_Limit]:
    """What the application and its server are told to accept; only written limits count."""
    own: Value[int] | None = server.setting("body_limit")
    if isinstance(own, Known) and own.at is not None and own.value > 0:
        yield _Limit("limit-post", own.value, own.at)
    for source in sources(server, deployment):
        from deploylint.formats.python.application import body_limits  # noqa: PLC0415  brings the Python grammar

        for limit in body_limits(source):
            yield _Limit(limit.setting, limit.size, limit.at)


def _widest(connections: list[Connection]) -> Known[float] | None:
    """The largest limit of nginx on a way to the server; None when one of them is not known."""
    known = [limit for each in connections if isinstance(limit := each.route.body_limit, Known)]
    return max(known, key=lambda limit: limit.value) if len(known) == len(connections) else None


def _finding(server: AppServer, connection: Connection, refused: Known[float], accepted: _Limit) -> Finding:
    return Finding(
        refused.at or connection.route.at,
        f"nginx refuses bodies of more than {_size(refused.value)}{because(refused)}, "
        f"{server.name} accepts {_size(accepted.size)}",
        label=f"larger bodies end here with 413{'' if refused.at else ': no client_max_body_size holds'}",
        related=(Label(accepted.at, f"{accepted.setting} accepts {_size(accepted.size)}"),),
        help=f"set client_max_body_size to {_nginx_size(accepted.size)}, or lower {accepted.setting}",
    )


def _size(size: float) -> str:
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:g} bytes"


def _nginx_size(size: float) -> str:
    return f"{-(-int(size) // (1 << 20))}m"
