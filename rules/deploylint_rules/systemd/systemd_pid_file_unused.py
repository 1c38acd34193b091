from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.services import service_type
from deploylint.formats.systemd.unit import unit_of


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True, named=("PIDFile",))
def systemd_pid_file_unused(assignment: Assignment, context: Context) -> Findings:
    """`PIDFile=` of a service that does not fork.

    ## Why is this bad?
    systemd started the main process itself and knows it. The file tells it nothing, and one that is left over
    from another run only confuses.

    ## Example
    ```systemd
    [Service]
    PIDFile=/run/shop/pid
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    systemd is to remove the file when the service ends.

    ## References
    systemd.service(5), "PIDFile="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or not assignment.value:
        return
    unit = unit_of(file, context.project)
    kind = service_type(unit)
    if unit.is_whole and kind in ("simple", "exec", "notify", "notify-reload", "idle"):
        yield Finding(
            assignment.at,
            f"PIDFile= tells systemd nothing: with Type={kind} it knows the main process",
            help="leave the line out",
        )
