from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Namespace, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.variants import together
from deploylint.model.wording import because, seconds

_SETTINGS = {
    SupervisorKind.SYSTEMD: "TimeoutStopSec",
    SupervisorKind.SYSTEMD_USER: "TimeoutStopSec",
    SupervisorKind.COMPOSE: "stop_grace_period",
}


@rule(
    Severity.WARNING,
    given=(Process, "supervisor"),
    group=Group.RELIABILITY,
    symptoms=(
        "exited (status 137)",
        "* exited with code 137",
        "State 'stop-sigterm' timed out. Killing.",
    ),
)
def supervisord_stopped_early(deployment: Deployment) -> Findings:
    """supervisord is killed while it still waits for a program to end.

    ## Why is this bad?
    supervisord stops its programs and waits up to `stopwaitsecs` for each. Whoever started supervisord waits only for
    a time of its own, 90 seconds in systemd and 10 in docker compose, and then kills everything: tasks that were given
    time to finish are lost.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    stopwaitsecs=600
    ```
    ```systemd title="supervisord.service"
    [Service]
    ExecStart=/usr/bin/supervisord -c /srv/shop/supervisord.conf
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true

    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    stopwaitsecs=600
    ```
    ```systemd title="supervisord.service"
    [Service]
    ExecStart=/usr/bin/supervisord -c /srv/shop/supervisord.conf
    TimeoutStopSec=630
    ```

    ## When it is fine
    When the programs end in less time than they may take.

    ## References
    - https://supervisord.org/configuration.html, "stopwaitsecs"
    - systemd.service(5), "TimeoutStopSec="
    """
    masters: dict[Namespace, list[Process]] = {}
    for process in deployment.every(Process):
        if _is_master(process):
            for home in deployment.homes(process):
                masters.setdefault(home, []).append(process)
    longest: dict[Process, tuple[Process, Known[float]]] = {}
    for program, wait in _waits(deployment) if masters else ():
        master = _only_master(program, masters, deployment)
        if master is not None and (master not in longest or wait.value > longest[master][1].value):
            longest[master] = program, wait
    for master, (program, wait) in longest.items():
        outer = master.supervision.stop_timeout
        if isinstance(outer, Known) and outer.value < wait.value:
            yield _finding(master, _SETTINGS[master.supervision.kind], outer, program, wait)


def _is_master(process: Process) -> bool:
    return process.kind is Kind.SUPERVISORD and process.supervision.kind in _SETTINGS


def _finding(
    master: Process, setting: str, outer: Known[float], program: Process, inner: Known[float]
) -> Finding:
    return Finding(
        outer.at or master.at,
        f"{master.name} is killed after {seconds(outer.value)}{because(outer)}, "
        f"but may wait {seconds(inner.value)} for {program.name}",
        label=f"{setting} is {seconds(outer.value)}{because(outer)}",
        related=(Label(inner.at or program.at, f"stopwaitsecs is {seconds(inner.value)}"),),
        help=f"set {setting} to more than {seconds(inner.value)}, or lower stopwaitsecs",
    )


def _waits(deployment: Deployment) -> Iterator[tuple[Process, Known[float]]]:
    """supervisor's programs, each with the time that somebody has chosen for its end."""
    for process in deployment.every(Process):
        wait = process.supervision.stop_timeout
        if (
            process.supervision.kind is SupervisorKind.SUPERVISOR
            and isinstance(wait, Known)
            and not wait.default
            and isfinite(wait.value)
        ):
            yield process, wait


def _only_master(
    program: Process, masters: Mapping[Namespace, Sequence[Process]], deployment: Deployment
) -> Process | None:
    """The one supervisord that may start a program; None where several may."""
    near = (master for home in deployment.homes(program) for master in masters.get(home, ()))
    may = (master for master in near if together(master.document.path, program.document.path))
    first = next(may, None)
    return first if all(other is first for other in may) else None
