from collections.abc import Iterator
from math import isfinite

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.wording import because, seconds

_SETTINGS = {
    SupervisorKind.SYSTEMD: "TimeoutStopSec",
    SupervisorKind.SYSTEMD_USER: "TimeoutStopSec",
    SupervisorKind.COMPOSE: "stop_grace_period",
}


@rule(Severity.WARNING, given=(Process, Process), group=Group.RELIABILITY)
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
    masters = [
        process
        for process in deployment.every(Process)
        if process.invocation is not None
        and process.invocation.kind is Kind.SUPERVISORD
        and process.supervision.kind in _SETTINGS
    ]
    if len(masters) != 1:
        return
    master, outer = masters[0], masters[0].supervision.stop_timeout
    longest = max(_waits(deployment, master), key=lambda pair: pair[1].value, default=None)
    if longest is None or not isinstance(outer, Known) or outer.value >= longest[1].value:
        return
    program, inner = longest
    setting = _SETTINGS[master.supervision.kind]
    yield Finding(
        outer.at or master.at,
        f"{master.name} is killed after {seconds(outer.value)}{because(outer)}, "
        f"but may wait {seconds(inner.value)} for {program.name}",
        label=f"{setting} is {seconds(outer.value)}{because(outer)}",
        related=(Label(inner.at or program.at, f"stopwaitsecs is {seconds(inner.value)}"),),
        help=f"set {setting} to more than {seconds(inner.value)}",
    )


def _waits(deployment: Deployment, master: Process) -> Iterator[tuple[Process, Known[float]]]:
    """The programs that supervisord starts, each with the time that somebody has chosen for its end."""
    for process in deployment.every(Process):
        wait = process.supervision.stop_timeout
        if (
            process.supervision.kind is SupervisorKind.SUPERVISOR
            and master.namespace in deployment.homes(process)
            and isinstance(wait, Known)
            and not wait.default
            and isfinite(wait.value)
        ):
            yield process, wait
