from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import unit_of


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    named=("KillMode",),
    symptoms=(
        "Unit uses KillMode=none. This is unsafe*",
        "Unit * uses KillMode=none*",
        "*Found left-over process * in control group while starting unit*",
    ),
)
def systemd_kill_mode_none(assignment: Assignment, context: Context) -> Findings:
    """`KillMode=none` leaves every process of the service behind.

    ## Why is this bad?
    After a stop systemd kills nothing: workers live on, hold the port and the old code, and the next start fails
    with "Address already in use". systemd says since release 246 that the mode will go.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillMode=none
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillMode=mixed
    ```

    ## When it is fine
    In units of the last moments of a shutdown, whose processes must outlive all others: with
    `DefaultDependencies=no` nothing is said.

    ## Fix safety
    Unsafe: processes that live on today end with the service.

    ## References
    systemd.kill(5), "KillMode="
    """
    file = context.document
    if assignment.value != "none" or not isinstance(file, UnitFile):
        return
    outlives = unit_of(file, context.project).value("Unit", "DefaultDependencies")
    if assignment.section in ("Service", "Socket", "Mount", "Swap") and outlives is None:
        yield Finding(
            assignment.value_at,
            "Unit uses KillMode=none: its processes live on after a stop",
            help="write mixed, or leave the line out",
            fix=Fix("write mixed", (Edit(assignment.value_at, "mixed"),), Safety.UNSAFE),
        )
