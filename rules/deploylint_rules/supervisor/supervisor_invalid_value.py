from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import LOG_LEVELS, check_value, kind_of
from deploylint.values.errors import InvalidValue

_FORMS = {
    "boolean": "write true or false",
    "autorestart": "write true, false or unexpected",
    "loglevel": "write one of " + ", ".join(LOG_LEVELS),
    "bytes": "write a whole number, with KB, MB or GB behind it",
    "octal": "write an octal number such as 0700",
    "exit-codes": "write numbers from 0 to 255 with commas between them",
    "signal": "write a signal's name such as TERM, or its number",
    "integer": "write a whole number",
    "address": "write a port, or address:port",
    "socket": "write tcp://host:port or unix:///path",
    "backlog": "write a number from 1 to 65535",
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "*not a valid boolean value*",
        "invalid literal for int()*",
        "bad logging level name*",
        "*is not a valid signal*",
    ),
)
def supervisor_invalid_value(option: Option, context: Context) -> Findings:
    """A value that supervisor cannot convert.

    ## Why is this bad?
    One such value keeps supervisord from starting, with all its programs.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=always
    stdout_logfile_maxbytes=50M
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    autorestart=true
    stdout_logfile_maxbytes=50MB
    ```

    ## References
    https://supervisord.org/configuration.html
    """
    section = context.parent
    kind = kind_of(option, section) if isinstance(section, Section) else None
    if kind is None:
        return
    try:
        check_value(option, section, kind)
    except InvalidValue as error:
        yield Finding(
            option.value_at if option.value else option.name_at,
            f"{option.name}: {error.message}",
            label="supervisord does not start with this",
            help=_FORMS.get(kind),
        )
