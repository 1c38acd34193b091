from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.systemd import UnitFile

# What ends the server at once, by its own documentation; SIGKILL ends anything.
_AT_ONCE = {
    Kind.GUNICORN: frozenset({"INT", "QUIT"}),
    Kind.CELERY_WORKER: frozenset({"QUIT"}),
    Kind.NGINX: frozenset({"TERM", "INT"}),
}
_NUMBERS = {"2": "INT", "3": "QUIT", "9": "KILL", "15": "TERM"}


@rule(Severity.WARNING, given=("KillSignal",), group=Group.RELIABILITY)
def systemd_ungraceful_kill_signal(process: Process) -> Findings:
    """A stop signal that cuts off what the server is doing.

    ## Why is this bad?
    gunicorn ends its workers at once on SIGINT and SIGQUIT and lets them finish on SIGTERM; celery's SIGQUIT is a
    cold shutdown that loses tasks; SIGKILL leaves nobody a chance. Every deployment cuts off requests.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillSignal=SIGQUIT
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    KillSignal=SIGTERM
    ```

    ## When it is fine
    uWSGI without `die-on-term` and nginx take SIGQUIT for the graceful end.

    ## References
    systemd.kill(5), "KillSignal="; https://docs.gunicorn.org/en/stable/signals.html
    """
    invocation, signal = process.invocation, process.supervision.stop_signal
    if not isinstance(process.document, UnitFile) or invocation is None or not isinstance(signal, Known):
        return
    if signal.default or signal.at is None:
        return
    name = _NUMBERS.get(signal.value, signal.value)
    if name == "KILL" or name in _AT_ONCE.get(invocation.kind, ()):
        yield Finding(
            signal.at,
            f"SIG{name} ends {process.name} at once",
            label="what it is doing is cut off",
            related=(Label(process.at, "it starts this"),),
            help="write SIGQUIT" if invocation.kind is Kind.NGINX else "write SIGTERM, or leave the line out",
        )
