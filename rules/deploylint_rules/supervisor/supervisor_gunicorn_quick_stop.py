from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind

_QUICK = frozenset({"QUIT", "INT"})


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def supervisor_gunicorn_quick_stop(process: Process) -> Findings:
    """gunicorn drops its requests when it is stopped with SIGQUIT or SIGINT.

    ## Why is this bad?
    gunicorn's graceful stop is SIGTERM. With `stopsignal=QUIT` every restart cuts off requests.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stopsignal=QUIT
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stopsignal=TERM
    ```

    ## When it is fine
    When a quick stop is wanted.

    ## References
    https://docs.gunicorn.org/en/stable/signals.html
    """
    invocation, signal = process.invocation, process.supervision.stop_signal
    if process.supervision.kind is not SupervisorKind.SUPERVISOR or invocation is None:
        return
    if invocation.kind is not Kind.GUNICORN or not isinstance(signal, Known) or signal.at is None:
        return
    if signal.value in _QUICK:
        yield Finding(
            signal.at,
            f"{process.name}: gunicorn ends at once on SIG{signal.value}, and drops the requests that it works on",
            help="stop it with TERM, which is the default",
        )
