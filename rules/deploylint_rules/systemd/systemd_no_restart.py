from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activators
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.project import Project
from deploylint.source import Location
from deploylint_rules.systemd._servers import LONG_RUNNING


@rule(Severity.WARNING, group=Group.RELIABILITY)
def systemd_no_restart(process: Process, context: Context) -> Findings:
    """A server that stays down after a crash.

    ## Why is this bad?
    Without `Restart=` systemd starts the service once. When the process dies, by an exception at start, by the
    kernel's out-of-memory killer or by a signal, the site is down until somebody notices.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=on-failure
    RestartSec=2
    ```

    ## When it is fine
    Jobs that a timer starts, `Type=oneshot`, and services that their socket starts again.

    ## Fix safety
    Unsafe: somebody may count on the service staying down.

    ## References
    systemd.service(5), "Restart="
    """
    file = process.document
    if not isinstance(file, UnitFile) or process.invocation is None:
        return
    restart = process.supervision.restart
    if not (isinstance(restart, Known) and restart.value == "no"):
        return
    unit = unit_of(file, context.project)
    sure = process.invocation.kind in LONG_RUNNING
    if not _stays_down(unit, process, context.project) or not (
        sure or _script_at_boot(unit, process.invocation)
    ):
        return
    at = process.at if restart.at is None else restart.at
    yield Finding(
        at,
        f"nobody starts {process.name} again after a crash: Restart= is {'not set' if restart.default else 'no'}",
        help="add Restart=on-failure",
        fix=_fix(unit, at) if restart.default else None,
        confidence=None if sure else Confidence.MEDIUM,
    )


def _stays_down(unit: Unit, process: Process, project: Project) -> bool:
    if not unit.is_whole or process.supervision.service_type == "oneshot":
        return False
    handled = unit.all("Unit", "OnFailure") or unit.all("Unit", "OnSuccess") or unit.all("Unit", "Upholds")
    return not handled and not activators(unit.name, project)


def _script_at_boot(unit: Unit, invocation: Invocation) -> bool:
    """A Python program that is started at boot in its own right, and does not come to an end by itself as far as one sees."""
    enabled = unit.all("Install", "WantedBy")
    return (
        invocation.kind is Kind.PYTHON and bool(enabled) and unit.value("Service", "RemainAfterExit") is None
    )


def _fix(unit: Unit, at: Location) -> Fix | None:
    line = next((line for line in unit.all("Service", "ExecStart") if line.source is at.source), None)
    if line is None:
        return None
    end = line.at.span.end
    return Fix(
        "add Restart=on-failure",
        (Edit(at.source.location(end, end), "\nRestart=on-failure\nRestartSec=2"),),
        Safety.UNSAFE,
    )
