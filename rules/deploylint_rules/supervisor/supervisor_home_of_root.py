from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind

_ROOT = frozenset({"root", "0"})


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def supervisor_home_of_root(process: Process) -> Findings:
    """A program runs as another user, with HOME of root.

    ## Why is this bad?
    `user` changes who the program is, not its variables: HOME, USER and LOGNAME stay as supervisord has them. What
    writes to ~/.cache or reads ~/.config, as pip, npm and many libraries do, fails with "Permission denied".

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    user=shop
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    user=shop
    environment=HOME="/srv/shop",USER="shop"
    ```

    ## When it is fine
    When the program needs none of these variables.

    ## References
    https://supervisord.org/subprocess.html#subprocess-environment
    """
    user = process.user
    if process.supervision.kind is not SupervisorKind.SUPERVISOR or not isinstance(user, Known):
        return
    if (
        user.value is None
        or user.value in _ROOT
        or user.at is None
        or user.at.source is not process.at.source
    ):
        return
    environment = process.environment
    if environment.complete and environment.get("HOME") is None:
        yield Finding(
            user.at,
            f"{process.name} runs as another user, with the HOME of whoever started supervisord",
            help='set environment=HOME="...",USER="..."',
        )
