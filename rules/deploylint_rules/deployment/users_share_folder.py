from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Process, Value
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.variants import stage, together

_SERVERS = {Kind.GUNICORN, Kind.UWSGI, Kind.UVICORN, Kind.HYPERCORN, Kind.DAPHNE, Kind.GRANIAN}
_WORKERS = {Kind.CELERY_WORKER, Kind.CELERY_BEAT, Kind.RQ_WORKER, Kind.RQ_WORKER_POOL, Kind.RQ_SCHEDULER}


@rule(
    Severity.NOTE,
    given=(Process,),
    confidence=Confidence.LOW,
    pedantic=True,
    symptoms=("PermissionError: [Errno 13] Permission denied: '*'",),
)
def users_share_folder(deployment: Deployment) -> Findings:
    """Web server and worker of one application run as two users in one folder.

    ## Why is this bad?
    What the one writes, the other may not change: uploads that the worker shall convert, logs, pid and
    schedule files. It ends as `Permission denied` when both touch a file for the first time.

    ## Example
    ```systemd title="web.service"
    [Service]
    User=www-data
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="worker.service"
    [Service]
    User=celery
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/celery -A shop worker
    ```

    ## Use instead
    ```systemd title="web.service"
    [Service]
    User=shop
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="worker.service"
    [Service]
    User=shop
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/celery -A shop worker
    ```

    ## When it is fine
    When they share no files, or a group that may write.

    ## References
    - https://docs.celeryq.dev/en/stable/userguide/daemonizing.html
    """
    processes = [process for process in deployment.every(Process) if process.namespace == HOST]
    # In each folder the first server of each user, group and stage: what holds for it holds for the others.
    servers: dict[str, dict[object, Process]] = {}
    for process in processes:
        if _is(process, _SERVERS) and (folder := _folder(process)):
            stands_for = _said(process.user), _said(process.group), stage(process.document.path)
            servers.setdefault(folder, {}).setdefault(stands_for, process)
    for worker in processes:
        folder = _folder(worker)
        if folder is None or not _is(worker, _WORKERS):
            continue
        for server in servers.get(folder, {}).values():
            user, other = worker.user, server.user
            if (
                isinstance(user, Known)
                and isinstance(other, Known)
                and None not in (user.value, other.value)
                and user.value != other.value
                and "root" not in (user.value, other.value)
                and not _same_group(worker, server)
                and together(worker.document.path, server.document.path)
            ):
                yield Finding(
                    user.at or worker.at,
                    f"{worker.name} runs as {user.value} and {server.name} as {other.value}, in the same folder",
                    label="another user than the web server's",
                    related=(Label(other.at or server.at, f"{server.name} runs as {other.value}"),),
                    help="run both as one user, or give both one group that may write",
                )
                break


def _is(process: Process, kinds: set[Kind]) -> bool:
    return process.kind in kinds


def _said(value: Value[str | None]) -> tuple[bool, str | None]:
    return (True, value.value) if isinstance(value, Known) else (False, None)


def _folder(process: Process) -> str | None:
    """Where it certainly works, if that tells anything."""
    folder = process.directory.value if isinstance(process.directory, Known) else None
    return None if folder == "/" else folder


def _same_group(one: Process, other: Process) -> bool:
    """Whether they may share a group: a written one, or one that is not known."""
    if not isinstance(one.group, Known) or not isinstance(other.group, Known):
        return True
    return one.group.value is not None and one.group.value == other.group.value
