from posixpath import basename, dirname, normpath

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint_rules.uwsgi._starts import starting


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "ModuleNotFoundError: No module named '*'",
        "unable to load app 0 (mountpoint='') (callable not found or import error)",
    ),
)
def uwsgi_home_differs(config: UwsgiConfig, context: Context) -> Findings:
    """uWSGI runs from one virtual environment and loads packages of another.

    ## Why is this bad?
    `home` decides which packages the application finds. Where uWSGI was installed together with the application,
    `home` names an environment that was moved or renamed: old versions of packages run, or none are found.

    ## Example
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    module = shop.wsgi
    home = /srv/shop/env
    ```
    ```systemd title="shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    module = shop.wsgi
    home = /srv/shop/venv
    ```
    ```systemd title="shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## When it is fine
    When one uWSGI serves applications of several environments on purpose, all made with the same Python.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Python.html#virtualenv-support
    """
    home = settings_of(config).text("home", "virtualenv", "venv", "pyhome")
    if not isinstance(home, Known) or home.at is None or not home.value.startswith("/"):
        return
    for server in starting(context.project, config):
        invocation = server.process.invocation
        program = invocation.executable.known if invocation is not None else None
        if invocation is None or program is None or not program.startswith("/"):
            continue
        own = dirname(dirname(normpath(program)))
        if not basename(own).endswith("env") or normpath(home.value) == own:
            continue
        span = invocation.executable.span
        yield Finding(
            home.at,
            f"the application gets packages from {home.value}, and uWSGI itself is in {own}",
            label="another virtual environment",
            related=(
                Label(
                    server.process.document.source.location(span.start, span.end),
                    "uWSGI is started from here",
                ),
            ),
            help=f"set home to {own}, or start the uWSGI of the other environment",
        )
