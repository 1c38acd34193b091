from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Process
from deploylint.formats.systemd import UnitFile


@rule(Severity.NOTE, group=Group.STYLE, pedantic=True)
def systemd_environment_activated_in_shell(process: Process) -> Findings:
    """A shell that only activates a virtual environment.

    ## Why is this bad?
    `activate` is for people at a prompt. A program from the environment's `bin` folder finds its packages by
    itself. The shell may stay as the main process of the service, so that readiness and `$MAINPID` are its own.

    ## Example
    ```systemd
    [Service]
    ExecStart=/bin/bash -c 'source /srv/shop/venv/bin/activate && gunicorn shop.wsgi'
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The activate script has been changed to set more than the path.

    ## References
    https://docs.python.org/3/library/venv.html
    """
    invocation = process.invocation
    if not isinstance(process.document, UnitFile) or invocation is None:
        return
    activated = invocation.wrapping.activated
    if activated is not None and invocation.wrapping.shell:
        yield Finding(
            process.at,
            f"{process.name} starts a shell only to activate a virtual environment",
            help=f"start {activated.value.removesuffix('activate')}{invocation.program} itself"
            if not activated.opaque and activated.value.startswith("/")
            else "start the program from the bin folder of the environment",
        )
