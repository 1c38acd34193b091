from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model.wording import because, seconds

_WORKERS = {Kind.CELERY_WORKER: "celery", Kind.RQ_WORKER: "rq", Kind.RQ_WORKER_POOL: "rq"}


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL)",
        "killing '*' (*) with SIGKILL",
    ),
)
def supervisor_worker_killed_early(process: Process) -> Findings:
    """Nobody said how long a worker may take to finish its jobs when it stops.

    ## Why is this bad?
    On SIGTERM celery and rq finish the jobs that they have begun. supervisor waits 10 seconds unless told
    otherwise, and then kills the worker: longer jobs are lost in the middle at every deployment.

    ## Example
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    directory=/srv/shop
    user=app
    ```

    ## Use instead
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    directory=/srv/shop
    user=app
    stopwaitsecs=600
    ```

    ## When it is fine
    When all jobs take less than ten seconds, or may be repeated. Write `stopwaitsecs=10` then.

    ## References
    - http://supervisord.org/configuration.html#program-x-section-settings
    - https://docs.celeryq.dev/en/stable/userguide/workers.html#stopping-the-worker
    - https://github.com/celery/celery/issues/102
    """
    supervision = process.supervision
    waits, signal = supervision.stop_timeout, supervision.stop_signal
    if (
        supervision.kind is not SupervisorKind.SUPERVISOR
        or process.invocation is None
        or process.invocation.kind not in _WORKERS
        or not isinstance(waits, Known)
        or not waits.default
        or not isinstance(signal, Known)
        or signal.value.upper().removeprefix("SIG") != "TERM"
    ):
        return
    yield Finding(
        process.at,
        f"{process.name} is killed after {seconds(waits.value)}{because(waits)}, however long its jobs take",
        label=f"{_WORKERS[process.invocation.kind]} finishes its jobs first when it is stopped",
        help="set stopwaitsecs to what the longest job takes",
    )
