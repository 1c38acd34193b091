from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, stated


@rule(Severity.NOTE, group=Group.RELIABILITY, confidence=Confidence.MEDIUM, pedantic=True)
def gunicorn_restarts_together(config: GunicornConfig) -> Findings:
    """`max_requests` without a jitter restarts all workers at the same time.

    ## Why is this bad?
    Workers that share the requests evenly reach the limit together, and for the time that the application takes to
    load nobody answers.

    ## Example
    ```gunicorn
    workers = 4
    max_requests = 1000
    ```

    ## Use instead
    ```gunicorn
    workers = 4
    max_requests = 1000
    max_requests_jitter = 100
    ```

    ## When it is fine
    With one worker, which is alone anyway, and where the command line gives the jitter. With `preload_app` a new worker
    has nothing to load, and nothing is reported.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#max-requests-jitter
    """
    limit, workers = stated(config, "max_requests"), stated(config, "workers")
    if limit is None or not limit.value or not is_unset(config, "max_requests_jitter"):
        return
    if not is_unset(config, "preload_app"):
        return
    if workers is not None and workers.value not in (1, "1"):
        yield Finding(
            limit.node.at,
            "all workers reach max_requests at about the same time",
            help="set max_requests_jitter to a tenth of it",
        )
