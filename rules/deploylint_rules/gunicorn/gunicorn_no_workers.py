from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import severity_of, stated


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def gunicorn_no_workers(config: GunicornConfig, context: Context) -> Findings:
    """`workers = 0` starts a gunicorn that answers nobody.

    ## Why is this bad?
    gunicorn takes the number, opens its addresses and starts no process that accepts connections: clients
    wait until they give up, and nothing is in the log.

    ## Example
    ```gunicorn
    workers = 0
    ```

    ## Use instead
    ```gunicorn
    workers = 2
    ```

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#workers
    """
    found = stated(config, "workers")
    if found is None or found.value not in (0, "0") or found.value is False:
        return
    severity = severity_of(config, "workers", context.project)
    if severity is not None:
        yield Finding(
            found.node.at,
            "gunicorn starts no worker",
            label="nobody accepts connections",
            help="write how many processes are to run",
            severity=severity,
        )
