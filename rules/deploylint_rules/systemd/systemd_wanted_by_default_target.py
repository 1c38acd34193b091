from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True, named=("WantedBy",))
def systemd_wanted_by_default_target(assignment: Assignment, context: Context) -> Findings:
    """A system service that hangs on `default.target`.

    ## Why is this bad?
    `default.target` is whatever the machine boots into: rescue mode, too, when somebody sets it to that. Servers
    belong to `multi-user.target`, which `graphical.target` includes.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=default.target
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## When it is fine
    Units of a user's own manager, where it is the right one.

    ## Fix safety
    Unsafe: the unit must be enabled again.

    ## References
    systemd.special(7), "default.target"
    """
    file = context.document
    if (
        not isinstance(file, UnitFile)
        or assignment.section != "Install"
        or assignment.value != "default.target"
    ):
        return
    if file.type == "service" and not file.is_user_unit:
        yield Finding(
            assignment.value_at,
            "default.target is whatever the machine boots into",
            help="write multi-user.target",
            fix=Fix(
                "write multi-user.target", (Edit(assignment.value_at, "multi-user.target"),), Safety.UNSAFE
            ),
        )
