from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment

_MARKS = "\"'"
_SHORTEST = 3


@rule(
    Severity.ERROR,
    mentions=('"', "'"),
    group=Group.CORRECTNESS,
    named=("User", "Group", "Description", "SyslogIdentifier"),
    symptoms=(
        "Failed to determine user credentials: No such process",
        "*status=217/USER*",
        "*status=216/GROUP*",
    ),
)
def systemd_quoted_value(assignment: Assignment) -> Findings:
    """Quotes that become a part of the value.

    ## Why is this bad?
    systemd takes quotes away in command lines and in lists of assignments and paths, but not from a single value.
    `User="shop"` is a user whose name has quotes, and the service ends with 217/USER.

    ## Example
    ```systemd
    [Service]
    User="shop"
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    In `Description=` and `SyslogIdentifier=` they are only shown; there it is a note.

    ## Fix safety
    Safe: no user has quotes in its name, and in a description they only stand around it.

    ## References
    systemd.syntax(7); systemd.exec(5)
    """
    value = assignment.value
    if len(value) < _SHORTEST or value[0] not in _MARKS or value[-1] != value[0] or value[0] in value[1:-1]:
        return
    shown = assignment.name in ("Description", "SyslogIdentifier")
    if assignment.section not in ("Unit", "Service", "Socket"):
        return
    yield Finding(
        assignment.value_at,
        f"the quotes are a part of {assignment.name}=",
        label="" if shown else "nobody has this name",
        help="leave the quotes out",
        fix=None
        if assignment.is_continued
        else Fix("take the quotes away", (Edit(assignment.value_at, value[1:-1]),)),
        severity=Severity.NOTE if shown else None,
    )
