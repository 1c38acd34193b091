from deploylint import Confidence, Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Process, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.gunicorn.functions import DEPENDS_ON_PROCESSORS
from deploylint.model import AppServer
from deploylint_rules.deployment._processors import limit_of


@rule(
    Severity.WARNING,
    given=(Process, "gunicorn", ("cpus", "CPUQuota")),
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "[ERROR] Worker (pid:*) was sent SIGKILL! Perhaps out of memory?",
        "[CRITICAL] WORKER TIMEOUT (pid:*)",
    ),
)
def workers_counted_on_host(server: AppServer, context: Context) -> Findings:
    """Workers are counted by the machine, and the server may use a part of it.

    ## Why is this bad?
    `cpu_count()` counts the processors of the host, whatever share of them a container or unit may use. On a host with
    64 of them 129 workers start, share one processor, and fill the memory.

    ## Example
    ```gunicorn title="gunicorn.conf.py"
    import multiprocessing

    workers = multiprocessing.cpu_count() * 2 + 1
    ```
    ```compose
    services:
      web:
        build: .
        working_dir: /app
        command: gunicorn -c gunicorn.conf.py shop.wsgi
        cpus: 1
    ```

    ## Use instead
    ```gunicorn title="gunicorn.conf.py"
    workers = 3
    ```
    ```compose
    services:
      web:
        build: .
        working_dir: /app
        command: gunicorn -c gunicorn.conf.py shop.wsgi
        cpus: 1
    ```

    ## When it is fine
    On a machine that is known to be small. A number that the file keeps small by `min()` is not reported.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#cpus
    - https://github.com/benoitc/gunicorn/issues/2028
    """
    workers = server.setting("workers") if server.kind == Kind.GUNICORN.value else None
    if not isinstance(workers, Unknown) or workers.reason != DEPENDS_ON_PROCESSORS or workers.at is None:
        return
    limit = limit_of(server, context.project)
    if limit is None or not _grows(server, limit[0]):
        return
    yield Finding(
        workers.at,
        f"workers are counted by the host's processors, and {server.name} may use {limit[0]:g} of them",
        label="counts every processor of the host",
        related=(Label(limit[1], "it may use no more than this"),),
        help="write a number, or take it from an environment variable",
    )


def _grows(server: AppServer, limit: float) -> bool:
    """Whether a large machine makes more workers than the usual two for each processor, and one."""
    if server.config is None or server.config.document is None:
        return False
    bindings = server.config.document.outcome.names.get("workers", ())
    numbers = [
        number
        for binding in bindings
        if binding.value is not None
        for number in binding.value.alternatives
        if isinstance(number, int)
    ]
    return max(numbers, default=0) > 2 * limit + 1
