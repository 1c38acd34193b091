from posixpath import basename, dirname

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.model import AppServer
from deploylint.pattern import pattern
from deploylint_rules.uwsgi._starts import starting

_NEEDING = ("need-plugin", "need-plugins")
_PYTHON = pattern(r"python[\d.]*+")


@rule(
    Severity.NOTE,
    named=("plugin", "plugins", *_NEEDING),
    symptoms=(
        "!!! UNABLE to load uWSGI plugin: ./python3_plugin.so: cannot open shared object file: *",
        'unable to load plugin "python3"',
    ),
)
def uwsgi_plugin_built_in(option: Option, context: Context) -> Findings:
    """A plugin for Python is asked for, and pip's uWSGI has Python built in.

    ## Why is this bad?
    uWSGI looks for `python3_plugin.so`, complains at every start that it is not there, and goes on, for Python is a part
    of it. With `need-plugin` it ends. Only the packages of distributions have plugins in files of their own.

    ## Example
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    plugins = python3
    module = shop.wsgi
    ```
    ```systemd title="shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="uwsgi.ini"
    [uwsgi]
    module = shop.wsgi
    ```
    ```systemd title="shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini
    ```

    ## When it is fine
    When the file is also used with a distribution's uWSGI. The rule looks at commands in virtual environments only.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    - https://uwsgi-docs.readthedocs.io/en/latest/BuildSystem.html
    """
    config, section = context.document, context.parent
    if not isinstance(config, UwsgiConfig) or not isinstance(section, Section) or section.name != ASKED:
        return
    names = [name.strip() for name in option.value.split(",")]
    found = next((name for name in names if _PYTHON.fullmatch(name)), None)
    if found is None or option.condition is not None or settings_of(config).all("plugins-dir", "plugin-dir"):
        return
    servers = starting(context.project, config)
    if not servers or not all(map(_is_from_pip, servers)):
        return
    needed = option.name in _NEEDING
    yield Finding(
        option.at,
        f"{found} is built into this uWSGI, which "
        + ("ends because there is no such plugin" if needed else "complains that there is no such plugin"),
        related=(Label(servers[0].process.at, "this uWSGI was installed with pip"),),
        help="leave it out",
        severity=Severity.WARNING if needed else None,
    )


def _is_from_pip(server: AppServer) -> bool:
    """Whether the command names a uWSGI in a virtual environment."""
    invocation = server.process.invocation
    program = invocation.executable.known if invocation is not None else None
    return program is not None and basename(dirname(dirname(program))).endswith("env")
