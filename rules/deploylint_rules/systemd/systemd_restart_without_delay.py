from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import unit_of

_LIMITS = ("StartLimitIntervalSec", "StartLimitInterval", "StartLimitBurst")


@rule(
    Severity.NOTE,
    group=Group.RELIABILITY,
    pedantic=True,
    named=("Restart",),
    symptoms=("Start request repeated too quickly.", "*Failed with result 'start-limit-hit'*"),
)
def systemd_restart_without_delay(assignment: Assignment, context: Context) -> Findings:
    """A service that restarts so fast that systemd soon gives it up.

    ## Why is this bad?
    Without `RestartSec=` systemd waits 100 milliseconds. When the database is away for a few seconds, five starts
    fail within ten seconds, and systemd does not try again: the service stays down until somebody starts it.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=on-failure
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=on-failure
    RestartSec=5
    ```

    ## When it is fine
    A service that fails for good when it fails.

    ## References
    systemd.service(5), "RestartSec="; systemd.unit(5), "StartLimitIntervalSec="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or assignment.value in ("", "no"):
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or unit.last("Service", "Restart") is not assignment:
        return
    limited = any(unit.all("Unit", name) or unit.all("Service", name) for name in _LIMITS)
    if not limited and not unit.all("Service", "RestartSec"):
        yield Finding(
            assignment.at,
            f"Restart={assignment.value} without RestartSec=: after five quick failures systemd gives up",
            help="add RestartSec=5",
        )
