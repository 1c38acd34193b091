from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project

# Pools without child processes.
_ONE_PROCESS = frozenset({"solo", "threads", "gevent", "eventlet"})


@rule(Severity.WARNING, group=Group.RELIABILITY)
def supervisor_celery_stopped_as_group(project: Project) -> Findings:
    """`stopasgroup` makes celery's workers drop their tasks.

    ## Why is this bad?
    On SIGTERM celery's main process waits for the tasks that run. With `stopasgroup=true` its children get the signal
    as well and end at once, in the middle of their tasks.

    ## Example
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    stopwaitsecs=600
    stopasgroup=true
    ```

    ## Use instead
    ```supervisor
    [program:worker]
    command=/srv/shop/venv/bin/celery -A shop worker
    stopwaitsecs=600
    killasgroup=true
    ```

    ## When it is fine
    With the pools solo, threads, gevent and eventlet, which have no child processes.

    ## References
    - https://github.com/celery/celery/issues/2700
    - https://docs.celeryq.dev/en/stable/userguide/workers.html#stopping-the-worker
    """
    workers = {process.at for process in project.every(Process) if _has_children(process)}
    if not workers:
        return
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            command, stop = program.get("command"), program.boolean("stopasgroup", default=False)
            if command is None or stop.at is None or not isinstance(stop, Known) or not stop.value:
                continue
            if command.value_at in workers:
                yield Finding(
                    stop.at,
                    f"[{section.title}]: stopasgroup=true sends SIGTERM to celery's children, which drop their tasks",
                    related=(Label(command.value_at, "celery stops its children itself"),),
                    help="set killasgroup=true instead",
                )


def _has_children(process: Process) -> bool:
    invocation = process.invocation if process.kind is Kind.CELERY_WORKER else None
    if invocation is None or not invocation.complete:
        return False
    pool = invocation.last("pool")
    return pool is None or (pool.value is not None and pool.value.known not in (*_ONE_PROCESS, None))
