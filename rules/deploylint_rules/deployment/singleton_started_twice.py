from collections.abc import Iterator

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, Service, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.variants import is_example, together

_MANAGED = {SupervisorKind.SYSTEMD, SupervisorKind.SUPERVISOR, SupervisorKind.COMPOSE}


@rule(Severity.WARNING, given=(Process,), group=Group.RELIABILITY, symptoms=("Pidfile * already exists.",))
def singleton_started_twice(deployment: Deployment) -> Findings:
    """More than one celery beat runs for one application.

    ## Why is this bad?
    Every beat sends every scheduled task: each job runs twice, mails go out twice, and the two write to
    one schedule file.

    ## Example
    ```supervisor
    [program:beat]
    command=/srv/app/venv/bin/celery -A shop beat
    process_name=%(program_name)s-%(process_num)d
    numprocs=2
    user=app
    ```

    ## Use instead
    ```supervisor
    [program:beat]
    command=/srv/app/venv/bin/celery -A shop beat
    user=app
    ```

    ## When it is fine
    With a scheduler that takes a lock, such as celery-redbeat; the rule leaves beats with a `--scheduler`
    alone.

    ## References
    - https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler
    """
    first_of: dict[tuple[object, ...], Process] = {}
    profiled = {service.namespace for service in deployment.every(Service) if service.profiles}
    for process in deployment.every(Process):
        if not _is_beat(process) or is_example(process.document.path):
            continue
        yield from _many(process)
        if process.namespace in profiled or "@." in process.full_name or process.is_presumed:
            continue
        key = (process.supervision.kind, _application(process), process.namespace.project)
        first = first_of.setdefault(key, process)
        if first is process or not together(first.document.path, process.document.path):
            continue
        if first.full_name == process.full_name:
            continue
        yield Finding(
            process.at,
            f"{process.full_name} and {first.full_name} both run celery beat, so every scheduled task is sent twice",
            label="this starts a beat",
            related=_places(first, process),
            help="keep one beat",
        )


def _places(first: Process, process: Process) -> tuple[Label, ...]:
    """The other beat; of two instances of a template the places that start them."""
    if not (first.instance and process.instance and first.at == process.at):
        return (Label(first.at, "and so does this"),)
    started = ((x.full_name, x.instances) for x in (first, process))
    return tuple(
        Label(runs.at, f"{name} is started here")
        for name, runs in started
        if isinstance(runs, Known) and runs.at is not None
    )


def _many(process: Process) -> Iterator[Finding]:
    count = process.instances
    if isinstance(count, Known) and count.value > 1:
        yield Finding(
            count.at or process.at,
            f"{process.name} runs {count.value} celery beats, so every scheduled task is sent {count.value} times",
            label="a beat for each",
            related=(Label(process.at, "this starts a beat"),) if count.at else (),
            help="run one beat",
        )


def _is_beat(process: Process) -> bool:
    invocation = process.invocation if process.kind in (Kind.CELERY_BEAT, Kind.CELERY_WORKER) else None
    if invocation is None or process.supervision.kind not in _MANAGED or not invocation.complete:
        return False
    if any(invocation.all(name) for name in ("scheduler", "S")):
        return False
    return invocation.kind is Kind.CELERY_BEAT or any(invocation.all(name) for name in ("beat", "B"))


def _application(process: Process) -> str | None:
    target = process.invocation.target if process.invocation else None
    return target.module if target else None
