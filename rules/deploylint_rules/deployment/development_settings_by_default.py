from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.python import describe
from deploylint.model import AppServer, Deployment
from deploylint.model.application import sources
from deploylint.model.variants import is_development
from deploylint.pattern import pattern
from deploylint.source import Location
from deploylint.values.errors import printable
from deploylint_rules.deployment._variables import is_application, is_given, loads_by_itself, may_get_more

# supervisord hands its own environment on, which depends on who starts it.
_SUPERVISORS = {SupervisorKind.SYSTEMD, SupervisorKind.COMPOSE}
_SELECTING = pattern(r"(?:^|_)(?:ENV|ENVIRONMENT|CONFIG|CONFIGURATION|SETTINGS|SETTINGS_MODULE|STAGE)$")
_DEVELOPMENT = pattern(
    r"(?:^|[._:\-])(?i:dev|devel|development|local)(?:_?(?i:config|settings|environment))?$|(?:^|[.:])Dev(?:elopment)?[A-Z]\w*+$"
)


@rule(
    Severity.WARNING,
    given=(Process,),
    confidence=Confidence.MEDIUM,
    symptoms=("You're seeing this error because you have DEBUG = True",),
)
def development_settings_by_default(server: AppServer, context: Context) -> Findings:
    """A server runs with the settings of development, since a variable is not set.

    ## Why is this bad?
    `os.environ.get("SHOP_ENV", "development")` runs the application with debugging, the development database and
    without the hardening of production, wherever somebody forgets the variable. Nothing fails, so nobody notices.

    ## Example
    ```systemd title="shop.service"
    [Service]
    User=shop
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```
    ```python title="wsgi.py"
    import os

    from shop import create_app

    app = create_app(os.environ.get("SHOP_ENV", "development"))
    ```

    ## Use instead
    ```systemd title="shop.service"
    [Service]
    User=shop
    WorkingDirectory=/srv/shop
    Environment=SHOP_ENV=production
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```
    ```python title="wsgi.py"
    import os

    from shop import create_app

    app = create_app(os.environ.get("SHOP_ENV", "development"))
    ```

    ## When it is fine
    When the file is for development, or when a start script sets the variable. Better still is a default that is
    fit for production.

    ## References
    - systemd.exec(5), Environment=
    - https://docs.djangoproject.com/en/stable/topics/settings/#designating-the-settings
    """
    process = server.process
    reload = server.setting("reload")
    if (
        process.supervision.kind not in _SUPERVISORS
        or not is_application(process)
        or is_development(process.document.path)
        or may_get_more(process)
        or (isinstance(reload, Known) and reload.value)
    ):
        return
    deployment = context.project.deployment_of(process.document)
    for name, (default, at) in _defaults(server, deployment).items():
        if not is_given(name, process, deployment) and not _is_given_elsewhere(name, process, deployment):
            yield Finding(
                process.at,
                printable(
                    f"{process.name} does not get {name}, and without it the application takes {default}"
                ),
                label="this process starts with the settings of development",
                related=(Label(at, "the default"),),
                help=f"set {name} for {process.name}, or make the settings of production the default",
            )


def _defaults(server: AppServer, deployment: Deployment) -> dict[str, tuple[str, Location]]:
    """Selecting variables with a development default; none when something loads variables from files by itself."""
    found: dict[str, tuple[str, Location]] = {}
    for source in sources(server, deployment):
        if loads_by_itself(source):
            return {}
        for name, (default, span) in describe(source).defaults.items():
            if _SELECTING.search(name) and _DEVELOPMENT.search(default):
                found.setdefault(name, (default, source.location(span.start, span.end)))
    return found


def _is_given_elsewhere(name: str, process: Process, deployment: Deployment) -> bool:
    """Whether a script names the variable, or a variant of the same process gets it: compose.prod.yaml over compose.yaml."""
    if any(name in document.source.text for document in deployment.documents_in("shell")):
        return True
    return any(
        name in other.environment.variables
        for other in deployment.every(Process)
        if other.full_name == process.full_name
    )
