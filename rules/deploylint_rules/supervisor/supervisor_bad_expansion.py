from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import Option, Section
from deploylint.formats.supervisor.checked_values import check_expansion, kind_of
from deploylint.values.errors import InvalidValue


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "Format string * is badly formatted*",
        "Format string * contains names * which cannot be expanded*",
    ),
)
def supervisor_bad_expansion(option: Option, context: Context) -> Findings:
    """A percent sign that supervisor cannot expand.

    ## Why is this bad?
    supervisor expands every value it reads with Python's `%` formatting. A percent sign that stands for itself must
    be doubled, a name needs its letter behind the parenthesis. Otherwise supervisord does not start; `%s` without a
    name is replaced by all variables of its environment, secrets included.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn --access-logformat "%(h)s" shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn --access-logformat "%%(h)s" shop.wsgi
    ```

    ## When it is fine
    In options that supervisor ignores. Whether a variable `%(ENV_X)s` exists is known on the machine only.

    ## References
    https://supervisord.org/configuration.html
    """
    section = context.parent
    if not isinstance(section, Section) or kind_of(option, section) is None:
        return
    try:
        named = check_expansion(option, section)
    except InvalidValue as error:
        yield Finding(
            option.location(error.offset, error.offset + 1),
            error.message,
            label="supervisord does not start with this",
            help="write %% for a percent sign that stands for itself",
        )
        return
    if not named:
        yield Finding(
            option.value_at,
            "A percent sign without a name puts the whole environment of supervisord into the value",
            help="write %% for a percent sign that stands for itself",
            severity=Severity.WARNING,
        )
