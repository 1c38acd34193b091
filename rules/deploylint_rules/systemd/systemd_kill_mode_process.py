from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Process, ProcessHead
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.unit import unit_of

_WITH_WORKERS = frozenset(
    {Kind.GUNICORN, Kind.UWSGI, Kind.CELERY_WORKER, Kind.RQ_WORKER_POOL, Kind.SUPERVISORD}
)


def _has_workers(head: ProcessHead) -> bool:
    _, _, kind = head
    return kind in _WITH_WORKERS


@rule(
    Severity.WARNING,
    given=("KillMode",),
    when=_has_workers,
    group=Group.RELIABILITY,
    symptoms=("*Found left-over process * in control group while starting unit*",),
)
def systemd_kill_mode_process(process: Process, context: Context) -> Findings:
    """`KillMode=process` with a server that has workers.

    ## Why is this bad?
    systemd signals and kills the main process alone. When that has to be killed, its workers stay, hold the socket
    and go on with the old code.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillMode=process
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillMode=mixed
    ```

    ## When it is fine
    Children that are to live on, such as the sessions of a login service.

    ## Fix safety
    Unsafe: what the workers have started ends with the service.

    ## References
    systemd.kill(5), "KillMode="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None:
        return
    line = unit_of(file, context.project).last("Service", "KillMode")
    if line is not None and line.value == "process":
        yield Finding(
            line.value_at,
            f"when {invocation.kind.value} has to be killed, its workers stay behind",
            related=(Label(process.at, "it starts them"),),
            help="write mixed: SIGTERM to the main process, SIGKILL to all that is left",
            fix=Fix("write mixed", (Edit(line.value_at, "mixed"),), Safety.UNSAFE),
        )
