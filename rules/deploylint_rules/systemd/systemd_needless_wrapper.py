from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Process, SupervisorKind
from deploylint.formats.systemd import UnitFile

_INSTEAD = {
    "sudo": "set User= instead",
    "su": "set User= instead",
    "runuser": "set User= instead",
    "nohup": "leave it out: systemd sends no SIGHUP, and keeps the output in the journal",
    "setsid": "leave it out: systemd starts every service in a session of its own",
    "screen": "leave it out: the journal has the output",
    "tmux": "leave it out: the journal has the output",
    "daemonize": "leave it out: systemd keeps the program in the background itself",
    "start-stop-daemon": "leave it out, and set User= and the like instead",
}


@rule(Severity.WARNING, group=Group.RELIABILITY)
def systemd_needless_wrapper(process: Process) -> Findings:
    """A service that is started through `sudo`, `nohup` and their like.

    ## Why is this bad?
    They do what systemd does by itself, and stand between it and the program: `sudo` and `su` open a session of
    their own and stay as the main process, so that `$MAINPID`, readiness and signals are theirs; `nohup` hides the
    output from the journal; what `setsid`, `screen` and `daemonize` put into the background systemd takes for ended.

    ## Example
    ```systemd
    [Service]
    ExecStart=/usr/bin/sudo -u shop /srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Units of a user's own manager that need the rights of somebody else.

    ## References
    systemd.exec(5), "User="
    """
    invocation = process.invocation
    if not isinstance(process.document, UnitFile) or invocation is None:
        return
    if process.supervision.kind is not SupervisorKind.SYSTEMD:
        return
    for name in invocation.wrapping.wrappers:
        if name in _INSTEAD:
            yield Finding(process.at, f"{process.name} is started through {name}", help=_INSTEAD[name])
            return
