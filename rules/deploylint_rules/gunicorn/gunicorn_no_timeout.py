from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import severity_of, stated

# The others serve many connections, whose workers show in other ways that they are alive.
_ONE_AT_A_TIME = ("sync", "gthread")


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def gunicorn_no_timeout(config: GunicornConfig, context: Context) -> Findings:
    """`timeout = 0`: a request that hangs keeps its worker for ever.

    ## Why is this bad?
    gunicorn does not look any more whether its workers are alive. Some requests to a dead database later no worker is
    left, and nothing starts new ones.

    ## Example
    ```gunicorn
    workers = 4
    timeout = 0
    ```

    ## Use instead
    ```gunicorn
    workers = 4
    timeout = 120
    ```

    ## When it is fine
    Where a platform watches over the requests, and where workers of asyncio or gevent serve long connections: these
    are not reported.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#timeout
    """
    found, worker = stated(config, "timeout"), stated(config, "worker_class")
    if worker is not None and worker.value not in _ONE_AT_A_TIME:
        return
    if found is None or found.value not in (0, "0") or found.value is False:
        return
    if severity_of(config, "timeout", context.project) is not None:
        yield Finding(
            found.node.at,
            "timeout = 0 keeps a worker that hangs for ever",
            label="nobody looks whether workers are alive",
            help="set it to a few seconds more than the slowest request takes",
        )
