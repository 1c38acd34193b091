from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.uwsgi import Option, Section, UwsgiConfig


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=("set-placeholder", "set-ph", "set"),
    symptoms=("invalid placeholder/--set value",),
)
def uwsgi_invalid_placeholder(option: Option, context: Context) -> Findings:
    """A placeholder that is defined without a value.

    ## Why is this bad?
    uWSGI does not start: `set-placeholder` wants `name=value`.

    ## Example
    ```uwsgi
    [uwsgi]
    set-placeholder = base /srv/shop
    chdir = %(base)
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    set-placeholder = base=/srv/shop
    chdir = %(base)
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#placeholders
    """
    section = context.parent
    if not isinstance(context.document, UwsgiConfig) or not isinstance(section, Section):
        return
    if (
        section.name != "uwsgi"
        or option.opaque
        or any(mark in option.value for mark in ("=", "%", "$(", "@("))
    ):
        return
    yield Finding(
        option.value_at if option.value else option.name_at,
        "invalid placeholder/--set value",
        label="uWSGI does not start with this",
        help=f"write {option.name} = name=value",
    )
