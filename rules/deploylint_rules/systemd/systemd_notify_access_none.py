from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.services import service_type
from deploylint.formats.systemd.unit import unit_of


@rule(Severity.NOTE, group=Group.CORRECTNESS, pedantic=True, named=("NotifyAccess",))
def systemd_notify_access_none(assignment: Assignment, context: Context) -> Findings:
    """`NotifyAccess=none` with `Type=notify` is not what holds.

    ## Why is this bad?
    A service of this type must be heard. systemd takes the line for `main`, without a word.

    ## Example
    ```systemd
    [Service]
    Type=notify
    NotifyAccess=none
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=notify
    NotifyAccess=main
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Fix safety
    Safe: systemd itself reads one as the other.

    ## References
    systemd.service(5), "NotifyAccess="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or assignment.value != "none":
        return
    kind = service_type(unit_of(file, context.project))
    if kind in ("notify", "notify-reload"):
        yield Finding(
            assignment.value_at,
            f"with Type={kind} systemd takes NotifyAccess=none for main",
            help="write main, or leave the line out",
            fix=Fix("write main", (Edit(assignment.value_at, "main"),)),
        )
