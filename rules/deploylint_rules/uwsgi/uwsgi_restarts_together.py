from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.targets import target
from deploylint.vocabulary import uwsgi

_LIMITS = ("max-worker-lifetime", "max-requests")


@rule(
    Severity.NOTE,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    symptoms=("worker * lifetime reached, it was running for * second(s)",),
)
def uwsgi_restarts_together(config: UwsgiConfig, context: Context) -> Findings:
    """All workers reach their limit at the same time, and restart together.

    ## Why is this bad?
    uWSGI starts all workers in the same second, so that `max-worker-lifetime` ends all of them in the same
    second, too; workers that share the requests evenly reach `max-requests` together. For the time that the
    application takes to load nobody answers.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 4
    lazy-apps = true
    max-worker-lifetime = 3600
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 4
    lazy-apps = true
    max-worker-lifetime = 3600
    max-worker-lifetime-delta = 60
    ```

    ## When it is fine
    Without `lazy-apps` a new worker is a copy of the master and has nothing to load, and nothing is reported. uWSGI
    has `max-worker-lifetime-delta` since 2.0.19 and `max-requests-delta` since 2.0.29.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html#max-worker-lifetime-delta
    """
    settings = settings_of(config)
    processes, lazy = settings.processes, settings.boolean("lazy-apps", "lazy")
    if not isinstance(processes, Known) or processes.value < 2 or not settings.complete:
        return
    if not isinstance(lazy, Known) or not lazy.value:
        return
    release = target(context.project, "uwsgi", config)
    for name in _LIMITS:
        option, limit = settings.get(name), settings.number(name, default=0)
        if (
            option is None
            or not isinstance(limit, Known)
            or limit.value <= 0
            or settings.all(f"{name}-delta")
        ):
            continue
        remedy = uwsgi.option(f"{name}-delta")
        if release is not None and (remedy is None or release.version < (remedy.since or ())):
            continue
        yield Finding(
            option.at,
            f"all {processes.value} workers reach {name} at about the same time",
            help=f"set {name}-delta, which gives every worker a limit of its own",
        )
