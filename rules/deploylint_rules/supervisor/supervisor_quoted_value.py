from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import kind_of
from deploylint.pattern import pattern
from deploylint.values.errors import printable

_QUOTED = pattern(r"(['\"])([^'\"\n]++)\1")
_KINDS = frozenset({"path", "log", "user", "existing-directory", "owner", "url", "factory"})


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def supervisor_quoted_value(option: Option, context: Context) -> Findings:
    """Quotes around a path or a user belong to the value.

    ## Why is this bad?
    supervisor knows quotes in `command` and `environment` only. Elsewhere they are a part of the name: a folder or a
    user of that name does not exist.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    directory="/srv/shop"
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    directory=/srv/shop
    ```

    ## Fix safety
    Safe: the quoted name does not work as it stands.

    ## References
    https://supervisord.org/configuration.html
    """
    section, match = context.parent, _QUOTED.fullmatch(option.value)
    if match is None or not isinstance(section, Section) or kind_of(option, section) not in _KINDS:
        return
    yield Finding(
        option.value_at,
        printable(f"{option.name}={option.value}: the quotes are a part of the value"),
        help="leave the quotes out",
        fix=Fix("leave the quotes out", (Edit(option.value_at, match[2]),)),
    )
