from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.model import AppServer, is_managed_gunicorn
from deploylint_rules.deployment._accounts import ROOT, starter
from deploylint_rules.deployment._units import unit_of_server

_PRIVILEGES = ("AmbientCapabilities", "PAMName")


@rule(
    Severity.ERROR,
    when=is_managed_gunicorn,
    given=(Process,),
    symptoms=(
        "connection to * failed: [Errno 1] Operation not permitted: '*'",
        "PermissionError: [Errno 1] Operation not permitted",
    ),
)
def server_user_cannot_change(server: AppServer, context: Context) -> Findings:
    """gunicorn is to become another user and is not started as root.

    ## Why is this bad?
    Only root may change to another account. gunicorn cannot hand its socket over, or its workers end at once with
    "Operation not permitted", and it gives up.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --user www-data --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=www-data
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## When it is fine
    With `AmbientCapabilities=`, which may allow it; the rule is silent there. The account that it has anyway is no
    change.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#user
    - setuid(2)
    """
    process = server.origin or server.process
    account, wanted = starter(process), server.setting("user")
    if account is None or not isinstance(wanted, Known) or wanted.at is None or wanted.value is None:
        return
    account, user = account.partition(":")[0].strip(), str(wanted.value)
    # A name and a number may be the same account.
    if account in ROOT or account == user or account.isdigit() != user.isdigit() or _may(server, context):
        return
    at = process.user.at if isinstance(process.user, Known) else None
    yield Finding(
        wanted.at,
        f"gunicorn runs as {account} and cannot become {user}: Operation not permitted",
        related=(Label(at, f"{process.name} starts as {account}"),) if at else (),
        help=f"start it as {user} and leave this out",
        severity=Severity.WARNING if wanted.unless else None,
    )


def _may(server: AppServer, context: Context) -> bool:
    """Whether a wrapper or the unit gives it another account or more rights."""
    invocation, unit = server.process.invocation, unit_of_server(server, context.project)
    if (
        invocation is None
        or invocation.wrapping.user is not None
        or {*invocation.wrapping.wrappers} - {"python"}
    ):
        return True
    return unit is not None and (not unit.is_whole or any(unit.all("Service", name) for name in _PRIVILEGES))
