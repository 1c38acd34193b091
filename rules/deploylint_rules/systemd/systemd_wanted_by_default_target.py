from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile

# Only a manager that runs as root can do these.
_OF_ROOT = ("User", "Group", "DynamicUser", "RootDirectory", "RootImage")
_SYSTEM_FOLDER = "/systemd/system/"


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True, named=("WantedBy",))
def systemd_wanted_by_default_target(assignment: Assignment, context: Context) -> Findings:
    """A system service that hangs on `default.target`.

    ## Why is this bad?
    `default.target` is whatever the machine boots into: rescue mode, too, when somebody sets it to that. Servers
    belong to `multi-user.target`, which `graphical.target` includes.

    ## Example
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=default.target
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## When it is fine
    Units of a user's own manager, where it is the right one. Nothing is said of a unit that may be one.

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
    if file.type == "service" and _is_for_the_system(file):
        yield Finding(
            assignment.value_at,
            "default.target is whatever the machine boots into",
            help="write multi-user.target",
            fix=Fix(
                "write multi-user.target", (Edit(assignment.value_at, "multi-user.target"),), Safety.UNSAFE
            ),
        )


def _is_for_the_system(file: UnitFile) -> bool:
    """Whether the unit is certainly no user's own: it changes to a user, or lies where the system's units are."""
    if file.is_user_unit:
        return False
    service = file.section("Service")
    keys = service.assignments if service is not None else []
    return _SYSTEM_FOLDER in f"/{file.path}" or any(key.name in _OF_ROOT and key.value for key in keys)
