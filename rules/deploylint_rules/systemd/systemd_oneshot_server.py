from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Process, ProcessHead
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.unit import unit_of
from deploylint_rules.systemd._servers import LONG_RUNNING


def _is_long_job(head: ProcessHead) -> bool:
    _, service_type, kind = head
    return service_type == "oneshot" and kind in LONG_RUNNING


@rule(
    Severity.ERROR,
    given=("Type",),
    when=_is_long_job,
    group=Group.CORRECTNESS,
    symptoms=("A start job for unit * is running*",),
)
def systemd_oneshot_server(process: Process, context: Context) -> Findings:
    """`Type=oneshot` with a server that never ends.

    ## Why is this bad?
    A oneshot service is started when its command has ended. A server does not end: the unit stays "activating",
    `systemctl start` never comes back, and what waits for it, the boot among it, waits for ever.

    ## Example
    ```systemd
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=notify
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Commands that put the server into the background; those lose what systemd is for.

    ## References
    systemd.service(5), "Type="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None:
        return
    told = invocation.daemon or invocation.last("detach") or invocation.wrapping.background
    if told or not invocation.complete:
        return
    if invocation.wrapping.wrappers or invocation.wrapping.conditional:
        return
    line = unit_of(file, context.project).last("Service", "Type")
    if line is not None and _runs_for_ever(process):
        yield Finding(
            line.value_at,
            f"{process.name} is Type=oneshot, but {invocation.kind.value} does not end",
            label="the unit stays in its start for ever",
            related=(Label(process.at, "it starts this"),),
            help="write Type=notify for gunicorn, Type=exec for others",
        )


def _runs_for_ever(process: Process) -> bool:
    """Not where it only checks its settings, and not supervisord or uWSGI, which may go into the background."""
    invocation = process.invocation
    if invocation is None or invocation.program in ("supervisord", "uwsgi"):
        return False
    return not any(
        option.name in ("check_config", "check-config", "version", "help", "print_config", "burst")
        for option in invocation.options
    )
