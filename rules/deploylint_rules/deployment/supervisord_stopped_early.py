from collections.abc import Iterable, Iterator
from math import isfinite

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
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
    masters = [process for process in deployment.every(Process) if _is_master(process)]
    for master in masters:
        outer = master.supervision.stop_timeout
        longest = max(_waits(deployment, master, masters), key=lambda pair: pair[1].value, default=None)
        if longest is not None and isinstance(outer, Known) and outer.value < longest[1].value:
            yield _finding(master, _SETTINGS[master.supervision.kind], outer, *longest)


def _is_master(process: Process) -> bool:
    return (
        process.supervision.kind in _SETTINGS
        and process.invocation is not None
        and process.invocation.kind is Kind.SUPERVISORD
    )


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


def _waits(
    deployment: Deployment, master: Process, masters: Iterable[Process]
) -> Iterator[tuple[Process, Known[float]]]:
    """The programs that this supervisord alone may start, each with the time that somebody has chosen for its end."""
    for process in deployment.every(Process):
        wait = process.supervision.stop_timeout
        if (
            process.supervision.kind is SupervisorKind.SUPERVISOR
            and [other for other in masters if _may_start(other, process, deployment)] == [master]
            and isinstance(wait, Known)
            and not wait.default
            and isfinite(wait.value)
        ):
            yield process, wait


def _may_start(master: Process, program: Process, deployment: Deployment) -> bool:
    same_place = not set(deployment.homes(master)).isdisjoint(deployment.homes(program))
    return same_place and together(master.document.path, program.document.path)
