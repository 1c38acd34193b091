from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.uwsgi import Option, UwsgiConfig
from deploylint.pattern import pattern
from deploylint.values.errors import printable
from deploylint.vocabulary import uwsgi

_QUOTED = pattern(r"(['\"])([^'\"]*+)\1")
_KINDS = frozenset(
    {"boolean", "integer", "integer16", "megabytes", "mode", "address", "ssl-address", "user", "group"}
)
_NAMES = frozenset(
    {
        *(
            "module",
            "wsgi",
            "wsgi-file",
            "file",
            "callable",
            "chdir",
            "pythonpath",
            "python-path",
            "pp",
            "home",
        ),
        *(
            "virtualenv",
            "venv",
            "pyhome",
            "pidfile",
            "logto",
            "daemonize",
            "plugin",
            "plugins",
            "chown-socket",
            "stats",
        ),
    }
)


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def uwsgi_quoted_value(option: Option, context: Context) -> Findings:
    """Quotes around a value belong to the value.

    ## Why is this bad?
    uWSGI's ini files know no quotes: `module = "shop.wsgi"` looks for a module whose name has quotes in it.

    ## Example
    ```uwsgi
    [uwsgi]
    module = "shop.wsgi"
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    ```

    ## When it is fine
    In commands and log formats, where something else reads the quotes; the rule leaves them alone.

    ## Fix safety
    Safe: the quoted name does not work as it stands.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html
    """
    config, match = context.document, _QUOTED.fullmatch(option.value)
    if not isinstance(config, UwsgiConfig) or config.syntax != "ini" or match is None:
        return
    known = uwsgi.option(option.name)
    if known is None or (known.kind not in _KINDS and known.name not in _NAMES):
        return
    yield Finding(
        option.value_at,
        printable(f"{option.name} = {option.value}: the quotes are a part of the value"),
        help="leave the quotes out",
        fix=Fix("leave the quotes out", (Edit(option.value_at, match[2]),)),
    )
