from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Process
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.services import is_true
from deploylint.formats.systemd.unit import unit_of
from deploylint.source import Location
from deploylint_rules.systemd._servers import LONG_RUNNING


@rule(
    Severity.WARNING,
    given=("RemainAfterExit",),
    group=Group.RELIABILITY,
    symptoms=("Active: active (exited)*",),
)
def systemd_crash_looks_active(process: Process, context: Context) -> Findings:
    """`RemainAfterExit=yes` shows a server that has ended as active.

    ## Why is this bad?
    When the server ends, the unit stays "active (exited)": monitoring sees a service that is up, and
    `systemctl start` does nothing, because it is started already.

    ## Example
    ```systemd
    [Service]
    RemainAfterExit=yes
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    `Type=oneshot`, whose command ends with its work done, and commands that go into the background.

    ## Fix safety
    Unsafe: what starts and monitors the service sees another state.

    ## References
    systemd.service(5), "RemainAfterExit="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or invocation.kind not in LONG_RUNNING:
        return
    if process.supervision.service_type in ("oneshot", "forking") or invocation.daemon is not None:
        return
    line = unit_of(file, context.project).last("Service", "RemainAfterExit")
    if line is not None and is_true(line):
        yield Finding(
            line.at,
            f"{process.name} will still look active when {invocation.kind.value} has ended",
            related=(Label(process.at, "it starts this"),),
            help="leave the line out",
            fix=Fix("take the line out", (Edit(Location(line.source, line.line_span), ""),), Safety.UNSAFE),
        )
