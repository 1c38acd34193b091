from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.file_names import in_user_folder
from deploylint.formats.systemd.unit import unit_of
from deploylint.values.systemd_words import split_blanks

_OF_THE_SYSTEM = frozenset(
    {"multi-user.target", "graphical.target", "network.target", "network-online.target", "remote-fs.target"}
)


@rule(Severity.WARNING, group=Group.CORRECTNESS, named=("WantedBy", "RequiredBy"))
def systemd_user_unit_needs_system_target(assignment: Assignment, context: Context) -> Findings:
    """A unit of a user's manager that hangs on a target of the system.

    ## Why is this bad?
    The manager of a user has no `multi-user.target`. `systemctl --user enable` makes the link, but nothing ever
    reaches that target, and the service does not start by itself.

    ## Example
    ```systemd title="systemd/user/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## Use instead
    ```systemd title="systemd/user/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=default.target
    ```

    ## When it is fine
    The file lies in a folder called user by chance, and is installed as a unit of the system.

    ## Fix safety
    Unsafe: the unit must be enabled again.

    ## References
    systemd.special(7), "UNITS MANAGED BY THE USER SERVICE MANAGER"
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Install" or not in_user_folder(file.path):
        return
    if unit_of(file, context.project).all("Service", "User"):  # a unit of the system in a folder of that name
        return
    for word in split_blanks(assignment.value):
        if word.text in _OF_THE_SYSTEM:
            at = assignment.value_location(word.start, word.end)
            yield Finding(
                at,
                f"the manager of a user has no {word.text}, so that nothing starts this unit",
                help="write default.target",
                fix=Fix("write default.target", (Edit(at, "default.target"),), Safety.UNSAFE),
            )
