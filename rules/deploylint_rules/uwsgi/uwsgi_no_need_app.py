from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint_rules.uwsgi._starts import starting, supervised


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
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    need-app = true
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## When it is fine
    When applications are loaded later on, by the emperor or by the web server's parameters. Files with which no
    supervisor of the project starts uWSGI are not reported.

    ## Fix safety
    Unsafe: uWSGI no longer starts without its application.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = settings_of(config)
    application = next(settings.applications(), None)
    needed = settings.need_app
    if application is None or settings.is_emperor or not isinstance(needed, Known) or needed.value:
        return
    servers = starting(context.project, config)
    commands = [server.process.invocation for server in servers if server.process.invocation is not None]
    if any(command.all("need-app") or not command.complete for command in commands):
        return
    watched = [server for server in servers if supervised(server)]
    if not watched:
        return
    written = settings.get("need-app")
    place = written or application.option
    end = application.option.value_span.end
    yield Finding(
        place.at,
        "Without need-app uWSGI runs on when the application cannot be loaded, and answers every request with an error",
        label="need-app is off" if written else "need-app is off by default",
        related=tuple(
            Label(server.process.at, f"{server.process.supervision.kind.value} takes it for healthy")
            for server in watched[:3]
        ),
        help="set need-app = true",
        fix=Fix("add need-app", (Edit(config.source.location(end, end), "\nneed-app = true"),), Safety.UNSAFE)
        if config.syntax == "ini" and written is None and application.option.condition is None
        else None,
    )
