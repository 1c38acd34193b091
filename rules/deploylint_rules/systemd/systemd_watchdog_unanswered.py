from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.unit import unit_of
from deploylint.source import Location
from deploylint.values.durations import parse_systemd_time_span
from deploylint.values.errors import InvalidValue

_SILENT = frozenset(
    {
        Kind.GUNICORN,
        Kind.UVICORN,
        Kind.HYPERCORN,
        Kind.DAPHNE,
        Kind.WAITRESS,
        Kind.CELERY_WORKER,
        Kind.CELERY_BEAT,
        Kind.FLASK_RUN,
        Kind.RUNSERVER,
    }
)


@rule(
    Severity.WARNING,
    given=("WatchdogSec",),
    confidence=Confidence.MEDIUM,
    group=Group.RELIABILITY,
    symptoms=(
        "*Watchdog timeout (limit *)!",
        "*Failed with result 'watchdog'*",
        "*code=killed, status=6/ABRT*",
    ),
)
def systemd_watchdog_unanswered(process: Process, context: Context) -> Findings:
    """`WatchdogSec=` with a server that never answers the watchdog.

    ## Why is this bad?
    systemd expects `WATCHDOG=1` at least every `WatchdogSec=`, and kills the service with SIGABRT when it does not
    come. gunicorn, uvicorn, hypercorn, waitress and celery never send it: the site restarts over and over.

    ## Example
    ```systemd
    [Service]
    Type=notify
    WatchdogSec=30
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=notify
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The application itself sends `WATCHDOG=1`, and `NotifyAccess=all` lets systemd hear it.

    ## Fix safety
    Unsafe: a module of the application may answer the watchdog after all.

    ## References
    systemd.service(5), "WatchdogSec="; sd_notify(3)
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or invocation.kind not in _SILENT:
        return
    unit = unit_of(file, context.project)
    line = unit.last("Service", "WatchdogSec")
    if line is None or line.opaque or unit.value("Service", "NotifyAccess") in ("all", "exec"):
        return
    try:
        if not parse_systemd_time_span(line.value):
            return
    except InvalidValue:
        return
    yield Finding(
        line.at,
        f"systemd kills {process.name} every {line.value}: {invocation.kind.value} never answers the watchdog",
        related=(Label(process.at, "it starts this"),),
        help="leave the line out",
        fix=Fix("take the line out", (Edit(Location(line.source, line.line_span), ""),), Safety.UNSAFE),
    )
