from deploylint import Confidence, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import HOST, Known, Process, SupervisorKind
from deploylint.model import AppServer, Deployment
from deploylint.model.variants import is_example, together

_INSTALLED = {SupervisorKind.SYSTEMD, SupervisorKind.SUPERVISOR}


@rule(
    Severity.WARNING,
    given=(Process, Process),
    group=Group.RELIABILITY,
    confidence=Confidence.LOW,
    symptoms=("Connection in use: *",),
)
def app_started_twice(deployment: Deployment) -> Findings:
    """Two supervisors are told to start the same application.

    ## Why is this bad?
    If both files are installed, the application runs twice or, with one address, one of the two is
    restarted for ever. Scheduled jobs inside of it run twice.

    ## Example
    ```supervisor title="deploy/shop.conf"
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```systemd title="deploy/shop.service"
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    When the files are alternatives for different hosts. Keep them in folders that say so, or name each
    `[[deployment]]`.
    """
    first_of: dict[tuple[str, str | None], AppServer] = {}
    if len({server.process.supervision.kind for server in deployment.servers}) < 2:
        return
    for server in deployment.servers:
        target, process = server.target, server.process
        if target is None or target.module is None or process.supervision.kind not in _INSTALLED:
            continue
        if process.namespace != HOST or is_example(process.document.path):
            continue
        first = first_of.setdefault((target.module, target.attribute), server)
        if (
            first.process.supervision.kind is process.supervision.kind
            or not together(first.process.document.path, process.document.path)
            or not _share_an_address(first, server)
            or _are_sorted_apart(first, server)
        ):
            continue
        yield Finding(
            process.at,
            f"{server.name} and {first.name} both start {target.module}, if both are installed",
            label=f"{process.supervision.kind.value} starts it here",
            related=(Label(first.process.at, f"{first.process.supervision.kind.value} starts it here"),),
            help="keep one of the two",
        )


def _share_an_address(one: AppServer, other: AppServer) -> bool:
    addresses = {listener.address.value for listener in one.listeners if isinstance(listener.address, Known)}
    return any(isinstance(x.address, Known) and x.address.value in addresses for x in other.listeners)


def _are_sorted_apart(one: AppServer, other: AppServer) -> bool:
    """Files in folders named after their supervisors are offered as alternatives, not installed together."""
    return all(
        any(
            server.process.supervision.kind.value in part
            for part in server.process.document.path.split("/")[:-1]
        )
        for server in (one, other)
    )
