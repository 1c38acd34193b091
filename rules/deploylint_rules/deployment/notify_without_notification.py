from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, ProcessHead
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.python import describe
from deploylint.model import Deployment
from deploylint.model.configurations import absolute
from deploylint_rules.deployment._units import unit_of

# None of these has code that speaks to systemd; gunicorn (from 20 on) and uWSGI's master have.
_SILENT = {
    Kind.UVICORN,
    Kind.HYPERCORN,
    Kind.DAPHNE,
    Kind.WAITRESS,
    Kind.FLASK_RUN,
    Kind.RUNSERVER,
    Kind.CELERY_WORKER,
    Kind.CELERY_BEAT,
    Kind.RQ_WORKER,
    Kind.PYTHON,
}


def _is_waited_for(head: ProcessHead) -> bool:
    _, service_type, _ = head
    return service_type in ("notify", "notify-reload")


@rule(
    Severity.ERROR,
    given=("Type",),
    when=_is_waited_for,
    confidence=Confidence.MEDIUM,
    symptoms=("*: start operation timed out. Terminating.", "Failed with result 'timeout'."),
)
def notify_without_notification(process: Process, context: Context) -> Findings:
    """systemd waits for a message that the program never sends.

    ## Why is this bad?
    With `Type=notify` a service counts as started when it says so through sd_notify. A program that never
    does is killed after `TimeoutStartSec=`, 90 seconds, and started again.

    ## Example
    ```systemd
    [Service]
    User=app
    Type=notify
    ExecStart=/srv/app/venv/bin/uvicorn app:app
    ```
    ```python title="app.py"
    from fastapi import FastAPI

    app = FastAPI()
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    Type=exec
    ExecStart=/srv/app/venv/bin/uvicorn app:app
    ```
    ```python title="app.py"
    from fastapi import FastAPI

    app = FastAPI()
    ```

    ## When it is fine
    When the application itself calls sd_notify; the rule looks for that in the project's Python files.

    ## References
    - systemd.service(5), Type=
    - sd_notify(3)
    """
    invocation = process.invocation
    if invocation is None:
        return
    unit = unit_of(process, context.project)
    line = unit.last("Service", "Type") if unit else None
    deployment = context.project.deployment_of(process.document)
    if line is None:
        return
    server = deployment.server_of(process)
    kind = invocation.kind
    if server is not None and server.kind != kind.value:
        kind = next((each for each in Kind if each.value == server.kind), kind)
    daemon = server.setting("daemon") if server else None
    if kind is Kind.GUNICORN and isinstance(daemon, Known) and daemon.value and daemon.at:
        yield Finding(
            line.at,
            "gunicorn in the background does not tell systemd that it has started",
            label="systemd waits for a message",
            related=(Label(daemon.at, "it goes into the background here"),),
            help="keep gunicorn in the foreground, or set Type=forking and PIDFile=",
            severity=Severity.WARNING if daemon.unless else None,
        )
    elif (
        kind in _SILENT
        and not (kind is Kind.PYTHON and not _is_here(process, deployment))
        and not _notifies(deployment)
    ):
        yield Finding(
            line.at,
            f"{invocation.program} does not tell systemd that it has started",
            label="systemd waits for a message and kills the service when none comes",
            related=(Label(process.at, "this program is started"),),
            help="write Type=exec, or call sd_notify in the application",
        )


def _is_here(process: Process, deployment: Deployment) -> bool:
    """Whether the script that a process runs is in the project."""
    invocation = process.invocation
    if invocation is None or invocation.script is None or invocation.script.known is None:
        return False
    return (
        deployment.places.file(absolute(invocation.script.known, process), process.namespace)
        in deployment.tree.files
    )


@lru_cache(maxsize=1)
def _notifies(deployment: Deployment) -> bool:
    """Whether any Python file of the deployment speaks of sd_notify, or its programs cannot be seen at all."""
    paths = [path for path in deployment.tree.below(deployment.folder) if path.endswith(".py")]
    if not paths:
        return True
    for path in paths:
        source = deployment.tree.read(path)
        if source is None or describe(source).notifies_systemd:
            return True
    return False
