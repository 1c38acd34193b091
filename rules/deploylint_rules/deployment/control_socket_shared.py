from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Process, SupervisorKind
from deploylint.model import AppServer, Deployment
from deploylint.model.variants import together
from deploylint_rules.deployment._control_socket import in_home


@rule(Severity.NOTE, given=(Process, Process), confidence=Confidence.MEDIUM, pedantic=True)
def control_socket_shared(deployment: Deployment, context: Context) -> Findings:
    """Two gunicorns of one user have the same control socket.

    ## Why is this bad?
    Since 25.2 gunicorn makes `~/.gunicorn/gunicorn.ctl` when it starts, and takes away what is there: `gunicornc`
    speaks to the one that started last, and whoever wants to restart the other one restarts the wrong one.

    ## Example
    ```systemd title="shop.service"
    [Service]
    User=www
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="admin.service"
    [Service]
    User=www
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8001 admin.wsgi
    ```
    ```text title="requirements.txt"
    gunicorn==27.0.1
    ```

    ## Use instead
    ```systemd title="shop.service"
    [Service]
    User=www
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --control-socket /run/shop/gunicorn.ctl --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="admin.service"
    [Service]
    User=www
    RuntimeDirectory=admin
    ExecStart=/srv/shop/venv/bin/gunicorn --control-socket /run/admin/gunicorn.ctl --bind 127.0.0.1:8001 admin.wsgi
    ```
    ```text title="requirements.txt"
    gunicorn==27.0.1
    ```

    ## When it is fine
    When nobody uses `gunicornc`; `--no-control-socket` says so. Only a release that the project names is looked at.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#control-socket
    """
    first: dict[str, AppServer] = {}
    for server in deployment.servers:
        user = _user(server, deployment)
        if user is None or not in_home(server, context.project):
            continue
        other = first.setdefault(user, server)
        if other is not server and together(other.process.document.path, server.process.document.path):
            yield Finding(
                server.process.at,
                f"{server.name} and {other.name} both have the control socket of {user}",
                label="takes the other one's place",
                related=(Label(other.process.at, "the other one is started here"),),
                help="give each a control_socket of its own, or set control_socket_disable",
            )


def _user(server: AppServer, deployment: Deployment) -> str | None:
    """Whose home it is, for services of the host that run all the time; None where nobody can tell."""
    process = server.origin or server.process
    if process.supervision.kind is not SupervisorKind.SYSTEMD or deployment.homes(process) != (HOST,):
        return None
    if any(
        isinstance(process.environment.variables.get(name), Known) for name in ("HOME", "XDG_RUNTIME_DIR")
    ):
        return None
    user = process.user
    return user.value if isinstance(user, Known) and isinstance(user.value, str) else None
