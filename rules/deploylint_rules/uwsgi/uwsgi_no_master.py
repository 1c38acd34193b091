from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint_rules.uwsgi._starts import starting


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=("*** WARNING: you are running uWSGI without its master process manager ***",),
)
def uwsgi_no_master(config: UwsgiConfig, context: Context) -> Findings:
    """uWSGI without its master process.

    ## Why is this bad?
    Nobody starts a worker again that has crashed, harakiri and max-requests do not work, and a reload is a restart.
    uWSGI itself warns of it at every start.

    ## Example
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    master = true
    ```

    ## When it is fine
    With `--master` on the command line, or where another option such as `touch-reload` turns the master on; the rule
    knows both.

    ## Fix safety
    Unsafe: there is one process more.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = settings_of(config)
    application = next(settings.applications(), None)
    master = settings.master
    if application is None or settings.is_emperor or not isinstance(master, Known) or master.value:
        return
    commands = [server.process.invocation for server in starting(context.project, config)]
    if any(one is not None and (one.all("master") or not one.complete) for one in commands):
        return
    place = settings.get("master")
    end = application.option.value_span.end
    yield Finding(
        place.at if place else application.option.at,
        "You are running uWSGI without its master process manager",
        label="" if place else "master is off by default",
        help="set master = true",
        fix=Fix("add master", (Edit(config.source.location(end, end), "\nmaster = true"),), Safety.UNSAFE)
        if config.syntax == "ini" and place is None and application.option.condition is None
        else None,
    )
