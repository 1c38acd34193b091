from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.vocabulary.systemd import key

_NOBODY = ("nobody", "65534")


@rule(
    Severity.WARNING,
    mentions=("nobody", "65534"),
    group=Group.SECURITY,
    named=("User",),
    symptoms=("Special user nobody configured, this is not safe!",),
)
def systemd_user_nobody(assignment: Assignment, context: Context) -> Findings:
    """A service that runs as `nobody` shares its rights with strangers.

    ## Why is this bad?
    `nobody` is what the kernel calls everybody it does not know: files of other users on NFS and of user
    namespaces belong to it, and other services run as it. They can read this service's memory and stop it, and
    it theirs.

    ## Example
    ```systemd
    [Service]
    User=nobody
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Never for long: `DynamicUser=yes` gives a service a user of its own without anybody creating one.

    ## References
    systemd.exec(5), "User="; https://systemd.io/UIDS-GIDS/
    """
    known = key(assignment.section, "User")
    if isinstance(context.document, UnitFile) and known is not None and assignment.value in _NOBODY:
        yield Finding(
            assignment.value_at,
            f"Special user {assignment.value} configured, this is not safe!",
            help="give the service a user of its own, or DynamicUser=yes",
        )
