from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import unit_of


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("RuntimeDirectory", "PIDFile"))
def systemd_template_shared_path(assignment: Assignment, context: Context) -> Findings:
    """Instances of a template share a folder or file that belongs to one of them.

    ## Why is this bad?
    Every instance of `shop@.service` gets the same lines. systemd removes `RuntimeDirectory=` when one instance
    stops, with the sockets of all others in it; a shared `PIDFile=` tells the process of the last one started.

    ## Example
    ```systemd title="systemd/shop@.service"
    [Service]
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/%i.sock shop.wsgi
    ```

    ## Use instead
    ```systemd title="systemd/shop@.service"
    [Service]
    RuntimeDirectory=shop-%i
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop-%i/%i.sock shop.wsgi
    ```

    ## When it is fine
    `RuntimeDirectoryPreserve=yes` keeps the folder, and another service may own it.

    ## References
    systemd.exec(5), "RuntimeDirectory="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or assignment.opaque:
        return
    if file.unit_name is None or not file.unit_name.is_template or "%" in assignment.value:
        return
    unit = unit_of(file, context.project)
    if not assignment.value or not unit.all("Service", assignment.name):
        return
    if assignment.name == "RuntimeDirectory" and unit.value("Service", "RuntimeDirectoryPreserve") not in (
        None,
        "no",
    ):
        return
    what = (
        "removes it when one of them stops" if assignment.name == "RuntimeDirectory" else "reads the last one"
    )
    yield Finding(
        assignment.value_at,
        f"all instances of {unit.name} share {assignment.name}={assignment.value}, and systemd {what}",
        help="put %i into the name",
    )
