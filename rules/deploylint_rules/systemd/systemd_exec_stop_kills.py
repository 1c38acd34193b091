from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.formats.systemd.target_version import target_version
from deploylint.values.exec_line import ExecCommand, parse_exec_line

_HARD = frozenset({"-9", "-KILL", "-SIGKILL", "-kill", "-s9"})


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("ExecStop",))
def systemd_exec_stop_kills(assignment: Assignment, context: Context) -> Findings:
    """`ExecStop=` kills where systemd would ask first.

    ## Why is this bad?
    systemd stops a service by SIGTERM, waits for `TimeoutStopSec=`, and then kills what is left of it. `kill -9`
    cuts off the requests that are running. `pkill` and `killall` go by name, and also hit programs of that name
    that are none of this service.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ExecStop=/bin/kill -9 $MAINPID
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The program ignores every other signal, and nothing is lost by its end.

    ## References
    systemd.kill(5); systemd.service(5), "ExecStop="
    """
    if "kill" not in assignment.value or assignment.section != "Service" or assignment.opaque:
        return
    for command in parse_exec_line(assignment.value, version=target_version(context.project)).commands:
        what = _what(command)
        if what:
            yield Finding(
                assignment.at, what, help="leave the line out: systemd stops the service by SIGTERM"
            )


def _what(command: ExecCommand) -> str:
    program = command.path.text.rpartition("/")[2]
    if program == "kill" and any(word.text in _HARD for word in command.arguments):
        return "ExecStop= kills the service at once, and cuts off what it is doing"
    if program in ("pkill", "killall"):
        return f"{program} in ExecStop= hits all processes of that name, not only this service"
    return ""
