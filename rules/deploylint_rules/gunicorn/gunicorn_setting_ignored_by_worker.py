from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, stated

# gunicorn/workers: what the classes read of the configuration.
_IGNORED = {
    "sync": ("worker_connections", "keepalive"),
    "gevent": ("threads",),
    "tornado": ("threads", "worker_connections"),
    "asgi": ("threads",),
}


@rule(Severity.NOTE, group=Group.PERFORMANCE, confidence=Confidence.MEDIUM, pedantic=True)
def gunicorn_setting_ignored_by_worker(config: GunicornConfig) -> Findings:
    """The worker class does not look at a setting.

    ## Why is this bad?
    The sync worker handles one request at a time and closes the connection behind it: it knows neither
    `worker_connections` nor `keepalive`. The gevent, tornado and asgi workers start no `threads`.

    ## Example
    ```gunicorn
    worker_class = "sync"
    keepalive = 5
    ```

    ## Use instead
    ```gunicorn
    worker_class = "gthread"
    keepalive = 5
    ```

    ## When it is fine
    Where the command line chooses another worker.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#worker-class
    """
    chosen = stated(config, "worker_class")
    threads = stated(config, "threads")
    if chosen is None or not isinstance(chosen.value, str):
        return
    # More than one thread turns sync into gthread (gunicorn/config.py, worker_class_str).
    if chosen.value == "sync" and (threads is None or threads.value != 1) and not is_unset(config, "threads"):
        return
    for name in _IGNORED.get(chosen.value, ()):
        found = stated(config, name)
        if found is not None and found.value not in (None, 0, 1):
            yield Finding(
                found.node.at,
                f"the {chosen.value} worker ignores {name}",
                label="without effect",
                help="leave it out, or choose a worker that looks at it",
            )
