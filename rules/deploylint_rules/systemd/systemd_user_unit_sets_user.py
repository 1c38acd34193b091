from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.source import Location


@rule(
    Severity.ERROR,
    confidence=Confidence.MEDIUM,
    group=Group.CORRECTNESS,
    named=("User", "Group", "DynamicUser"),
    symptoms=("*status=216/GROUP*", "Failed to determine supplementary groups: Operation not permitted"),
)
def systemd_user_unit_sets_user(assignment: Assignment, context: Context) -> Findings:
    """A unit of a user's manager that wants to run as somebody.

    ## Why is this bad?
    The manager of a user runs as that user and cannot become anybody, nor set groups: the service ends with
    216/GROUP.

    ## Example
    ```systemd title=".config/systemd/user/shop.service"
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd title=".config/systemd/user/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The file is installed as a unit of the system.

    ## Fix safety
    Unsafe: where the file is installed as a unit of the system, the service would run as root.

    ## References
    systemd.exec(5), "User="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or not assignment.value:
        return
    is_of_user = "systemd/user/" in file.path or ".config/systemd/" in file.path
    if is_of_user and assignment.value not in ("no", "false", "0"):
        yield Finding(
            assignment.at,
            f"the manager of a user cannot change to another one, as {assignment.name}= tells it to",
            label="the service ends with 216/GROUP",
            help="leave the line out, or install the unit for the system",
            fix=Fix(
                "take the line out", (Edit(Location(file.source, assignment.line_span), ""),), Safety.UNSAFE
            ),
        )
