from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.variants import together
from deploylint.model.wording import because, seconds

_SETTINGS = {
    SupervisorKind.SYSTEMD: "TimeoutStopSec",
    SupervisorKind.COMPOSE: "stop_grace_period",
}


@rule(
    Severity.WARNING,
    given=(Process, Process),
    group=Group.RELIABILITY,
    symptoms=("exited (status 137)", "* exited with code 137", "State 'stop-sigterm' timed out. Killing."),
)
def supervisord_killed_too_early(deployment: Deployment) -> Findings:
    """supervisord is killed while it still waits for its programs.

    ## Why is this bad?
    On stop supervisord waits for each program as long as its `stopwaitsecs` says. Whoever starts
    supervisord waits, too, docker for 10 seconds and systemd for 90 unless told otherwise, and then kills
    it with everything below: requests and jobs that were given time to end are cut off.

    ## Example
    ```compose
    services:
      shop:
        build: .
    ```
    ```dockerfile
    FROM python:3.12-slim
    COPY . /app
    CMD ["supervisord", "-n", "-c", "/app/supervisord.conf"]
    ```
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true

    [program:worker]
    command=/app/venv/bin/celery -A shop worker
    stopwaitsecs=60
    ```

    ## Use instead
    ```compose
    services:
      shop:
        build: .
        stop_grace_period: 70s
    ```
    ```dockerfile
    FROM python:3.12-slim
    COPY . /app
    CMD ["supervisord", "-n", "-c", "/app/supervisord.conf"]
    ```
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true

    [program:worker]
    command=/app/venv/bin/celery -A shop worker
    stopwaitsecs=60
    ```

    ## When it is fine
    When no job takes that long. Lower `stopwaitsecs` then.

    ## References
    - http://supervisord.org/configuration.html#program-x-section-settings
    - https://docs.docker.com/reference/compose-file/services/#stop_grace_period
    - systemd.service(5), TimeoutStopSec=
    """
    programs = [p for p in deployment.every(Process) if p.supervision.kind is SupervisorKind.SUPERVISOR]
    if not programs:
        return
    for daemon in deployment.every(Process):
        setting = _SETTINGS.get(daemon.supervision.kind)
        outer = daemon.supervision.stop_timeout
        if (
            setting is None
            or daemon.invocation is None
            or daemon.invocation.kind is not Kind.SUPERVISORD
            or not isinstance(outer, Known)
        ):
            continue
        homes = set(deployment.homes(daemon))
        patient: dict[Process, Known[float]] = {
            program: program.supervision.stop_timeout
            for program in programs
            if isinstance(program.supervision.stop_timeout, Known)
            and homes & set(deployment.homes(program))
            and together(program.document.path, daemon.document.path)
        }
        slowest = max(patient, key=lambda program: patient[program].value, default=None)
        if slowest is None or patient[slowest].value <= outer.value:
            continue
        inner = patient[slowest]
        yield Finding(
            outer.at or daemon.at,
            f"{daemon.name} kills supervisord after {seconds(outer.value)}{because(outer)}, "
            f"which waits {seconds(inner.value)} for {slowest.name}",
            label=f"{setting} is {seconds(outer.value)}{because(outer)}",
            related=(Label(inner.at or slowest.at, f"stopwaitsecs is {seconds(inner.value)}"),),
            help=f"set {setting} to {inner.value + 10:g} seconds or more, or lower stopwaitsecs",
        )
