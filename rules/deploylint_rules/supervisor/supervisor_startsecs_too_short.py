from deploylint import Confidence, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind

_SLOW_STARTERS = frozenset({Kind.GUNICORN, Kind.UWSGI, Kind.CELERY_WORKER, Kind.CELERY_BEAT})
_SHORT = 1


@rule(
    Severity.NOTE,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    symptoms=(
        "*entered RUNNING state, process has stayed up for > than 1 seconds*",
        "exited: * (exit status 3; not expected)",
        "* FATAL Exited too quickly (process log may have details)",
        "* BACKOFF Exited too quickly (process log may have details)",
    ),
)
def supervisor_startsecs_too_short(process: Process) -> Findings:
    """A server that takes longer to fail than `startsecs` is restarted for ever.

    ## Why is this bad?
    After `startsecs`, one second by default, supervisor takes a program for started. gunicorn, uWSGI and celery
    load the application after that: when it cannot be imported, the program goes from RUNNING to EXITED and back
    without end, `startretries` never applies, it never becomes FATAL, and `supervisorctl start` reports success.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=true
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=true
    startsecs=10
    ```

    ## When it is fine
    When the application fails within a second, something else watches whether it answers, or it is to be
    tried again for ever.

    ## References
    https://supervisord.org/subprocess.html#process-states
    """
    supervision, invocation = process.supervision, process.invocation
    seconds = supervision.start_seconds
    if (
        supervision.kind is not SupervisorKind.SUPERVISOR
        or invocation is None
        or not isinstance(seconds, Known)
    ):
        return
    if invocation.kind not in _SLOW_STARTERS or seconds.value > _SHORT:
        return
    if not isinstance(supervision.restart, Known) or supervision.restart.value.strip().lower() in _NO_RESTART:
        return
    at = seconds.at or process.at
    held = f"startsecs is {seconds.value:g}" + (" by default" if seconds.default else "")
    yield Finding(
        at,
        f"{process.name}: {held}, so that an application that cannot be loaded is restarted for ever",
        label="" if seconds.at else f"{invocation.program} loads the application after that",
        related=(Label(process.at, f"{invocation.program} loads the application after that"),)
        if seconds.at
        else (),
        help="set startsecs to more than the application takes to load, such as 10",
    )


_NO_RESTART = ("false", "no", "off", "0")
