from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, stated


@rule(Severity.WARNING, group=Group.PERFORMANCE)
def gunicorn_no_keepalive_left(config: GunicornConfig) -> Findings:
    """The gthread worker has no connection to spare for keep-alive.

    ## Why is this bad?
    A gthread worker keeps idle connections open as far as `worker_connections` exceeds `threads`. With as
    many threads as connections it closes each one behind its request, and gunicorn warns at the start.

    ## Example
    ```gunicorn
    worker_class = "gthread"
    threads = 8
    worker_connections = 8
    ```

    ## Use instead
    ```gunicorn
    worker_class = "gthread"
    threads = 8
    worker_connections = 1000
    ```

    ## When it is fine
    With `keepalive = 0`.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#worker-connections
    - gunicorn/workers/gthread.py, check_config
    """
    chosen, threads = stated(config, "worker_class"), stated(config, "threads")
    connections, keepalive = stated(config, "worker_connections"), stated(config, "keepalive")
    if chosen is None or chosen.value != "gthread" or threads is None or connections is None:
        return
    if not is_unset(config, "keepalive") and (keepalive is None or keepalive.value == 0):
        return
    numbers = (connections.value, threads.value)
    if all(isinstance(number, int) for number in numbers) and 0 < numbers[0] <= numbers[1]:
        yield Finding(
            connections.node.at,
            "No keepalived connections can be handled",
            label=f"no more than the {threads.value} threads take",
            help="set worker_connections well above threads",
        )
