from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import Settings


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=(
        "*no python application found, check your startup logs for errors*",
        "*** no app loaded. going in full dynamic mode ***",
    ),
)
def uwsgi_no_need_app(config: UwsgiConfig, context: Context) -> Findings:
    """uWSGI keeps running when the application cannot be loaded.

    ## Why is this bad?
    Without `need-app` a typing error in the application does not stop uWSGI: it starts, supervisors call it healthy,
    and every request is answered with "Internal Server Error".

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
    need-app = true
    ```

    ## When it is fine
    When applications are loaded later on, by the emperor or by the web server's parameters.

    ## Fix safety
    Unsafe: uWSGI no longer starts without its application.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = Settings(config)
    application = next(settings.applications(), None)
    needed = settings.need_app
    if application is None or settings.is_emperor or not isinstance(needed, Known) or needed.value:
        return
    if _on_command_line(context):
        return
    written = settings.get("need-app")
    place = written or application.option
    end = application.option.value_span.end
    yield Finding(
        place.at,
        "Without need-app uWSGI runs on when the application cannot be loaded, and answers every request with an error",
        label="need-app is off" if written else "need-app is off by default",
        help="set need-app = true",
        fix=Fix("add need-app", (Edit(config.source.location(end, end), "\nneed-app = true"),), Safety.UNSAFE)
        if config.syntax == "ini" and written is None
        else None,
    )


def _on_command_line(context: Context) -> bool:
    """Whether a command line of the project sets it."""
    return any(
        process.invocation is not None
        and process.invocation.kind is Kind.UWSGI
        and process.invocation.all("need-app")
        for process in context.project.every(Process)
    )
