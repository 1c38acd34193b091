from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, ProcessHead, Value
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.unit import unit_of
from deploylint.model.wording import unless

_NEVER_FORK = frozenset(
    {
        Kind.UVICORN,
        Kind.HYPERCORN,
        Kind.DAPHNE,
        Kind.WAITRESS,
        Kind.GRANIAN,
        Kind.FLASK_RUN,
        Kind.RUNSERVER,
        Kind.HTTP_SERVER,
        Kind.RQ_WORKER,
        Kind.RQ_SCHEDULER,
    }
)
_FORK_WHEN_TOLD = frozenset({Kind.CELERY_WORKER, Kind.CELERY_BEAT})


def _forks(head: ProcessHead) -> bool:
    _, service_type, _ = head
    return service_type == "forking"


@rule(
    Severity.ERROR,
    given=("Type",),
    when=_forks,
    group=Group.CORRECTNESS,
    symptoms=("*start operation timed out. Terminating.", "*Failed with result 'timeout'*"),
)
def systemd_forking_server(process: Process, context: Context) -> Findings:
    """`Type=forking` with a server that stays in the foreground.

    ## Why is this bad?
    systemd waits for the first process to end, which is how old daemons say that they are ready. A server that
    stays never does that: after `TimeoutStartSec=`, 90 seconds, systemd kills it.

    ## Example
    ```systemd
    [Service]
    Type=forking
    ExecStart=/srv/shop/venv/bin/uvicorn shop.asgi:application
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=exec
    ExecStart=/srv/shop/venv/bin/uvicorn shop.asgi:application
    ```

    ## When it is fine
    Servers that are told to go into the background, such as gunicorn with `--daemon`.

    ## References
    systemd.service(5), "Type="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or invocation.wrapping.background:
        return
    server = context.project.deployment_of(process.document).server_of(process)
    daemon = server.setting("daemon") if server else None
    if invocation.wrapping.wrappers or not _stays(invocation, daemon):
        return
    line = unit_of(file, context.project).last("Service", "Type")
    if line is not None:
        yield Finding(
            line.value_at,
            f"{process.name} is Type=forking, but {invocation.kind.value} stays in the foreground",
            label="systemd waits for it to go into the background, and kills it in the end",
            related=(Label(process.at, "it starts this"),),
            help="write Type=notify for gunicorn, Type=exec for others",
            severity=Severity.WARNING if unless(daemon) else None,
        )


def _stays(invocation: Invocation, daemon: Value[bool] | None) -> bool:
    if invocation.kind in _NEVER_FORK:
        return True
    if invocation.kind in _FORK_WHEN_TOLD:
        told = invocation.daemon or invocation.last("detach")
        return invocation.complete and told is None
    if invocation.kind is Kind.SUPERVISORD:
        return any(option.name in ("nodaemon", "n") for option in invocation.options)
    if invocation.kind is Kind.GUNICORN and invocation.complete:
        return isinstance(daemon, Known) and not daemon.value
    return False
