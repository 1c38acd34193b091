from deploylint import Confidence, Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint_rules.deployment._processors import limit_of

_SERVERS = (Kind.GUNICORN.value, Kind.UWSGI.value)


@rule(
    Severity.NOTE,
    given=(Process, ("cpus", "CPUQuota")),
    group=Group.PERFORMANCE,
    confidence=Confidence.LOW,
    pedantic=True,
)
def workers_exceed_processors(server: AppServer, context: Context) -> Findings:
    """More workers run than the processors that the server may use can serve.

    ## Why is this bad?
    Workers that cannot run at the same time cost memory and wait for each other; gunicorn's heartbeat may miss its time
    while a worker has no processor. The usual number is two for each processor, and one.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --workers 8 --bind 0.0.0.0:8000 shop.wsgi
        cpus: 1
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --workers 3 --bind 0.0.0.0:8000 shop.wsgi
        cpus: 1
    ```

    ## When it is fine
    When the workers wait for other services most of the time.

    ## References
    - https://docs.gunicorn.org/en/stable/design.html#how-many-workers
    - https://docs.docker.com/reference/compose-file/services/#cpus
    """
    workers = server.setting("workers") if server.kind in _SERVERS else None
    if not isinstance(workers, Known) or workers.at is None or not isinstance(workers.value, int):
        return
    limit = limit_of(server, context.project)
    if limit is not None and workers.value > max(2, 2 * limit[0] + 1):
        yield Finding(
            workers.at,
            f"{server.name} has {workers.value} workers and may use {limit[0]:g} processors",
            related=(Label(limit[1], "it may use no more than this"),),
            help=f"start {int(max(2, 2 * limit[0] + 1))} workers, or let it use more",
        )
