from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint_rules.uwsgi._libraries import library_with_threads


@rule(Severity.NOTE, group=Group.RELIABILITY, confidence=Confidence.LOW, pedantic=True)
def uwsgi_fork_hooks_missing(config: UwsgiConfig, context: Context) -> Findings:
    """Threads that libraries start in the master are not there in the workers.

    ## Why is this bad?
    uWSGI imports the application once and copies the process for each worker; threads are not copied. Python
    libraries can start theirs anew after a copy, when they are told of it, which uWSGI does only with
    `py-call-uwsgi-fork-hooks`.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 4
    enable-threads = true
    ```
    ```text title="requirements.txt"
    sentry-sdk==2.19.0
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    processes = 4
    enable-threads = true
    py-call-uwsgi-fork-hooks = true
    ```
    ```text title="requirements.txt"
    sentry-sdk==2.19.0
    ```

    ## When it is fine
    With `lazy-apps` every worker imports the application itself, and nothing is reported. Libraries that start their
    thread with the first report do without.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/Options.html#py-call-uwsgi-fork-hooks
    - https://docs.sentry.io/platforms/python/integrations/wsgi/
    """
    settings = settings_of(config)
    processes = settings.processes
    if (
        not isinstance(processes, Known)
        or processes.value < 2
        or not settings.complete
        or settings.is_emperor
    ):
        return
    own = [
        settings.boolean("lazy-apps", "lazy"),
        settings.boolean("py-call-uwsgi-fork-hooks"),
        settings.master,
    ]
    if [value.value for value in own if isinstance(value, Known)] != [False, False, True]:
        return
    library = library_with_threads(context.project.tree, context.project.deployment_of(config).folder)
    application = next(settings.applications(), None)
    if library is not None and application is not None:
        yield Finding(
            application.option.at,
            f"workers are copies of a process in which {library.text} may have started a thread",
            label=f"imported once, before the workers are made; {library.path} requires {library.text}",
            help="set py-call-uwsgi-fork-hooks, or lazy-apps",
        )
