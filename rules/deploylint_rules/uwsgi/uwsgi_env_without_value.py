from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.values.errors import printable


@rule(Severity.WARNING, group=Group.CORRECTNESS, named=("env",))
def uwsgi_env_without_value(option: Option, context: Context) -> Findings:
    """`env` without `=` sets no variable.

    ## Why is this bad?
    `env = NAME=value` sets a variable; without a value it removes the variable NAME. With a path, somebody meant the
    virtual environment, which is `home`.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    env = /srv/shop/venv
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    home = /srv/shop/venv
    ```

    ## When it is fine
    When a variable should be gone; `unenv` says so.

    ## Fix safety
    Unsafe: uWSGI then runs with that environment, and not at all where it is missing.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Options.html#env
    """
    section, value = context.parent, option.value
    if (
        not isinstance(context.document, UwsgiConfig)
        or not isinstance(section, Section)
        or section.name != ASKED
    ):
        return
    if option.opaque or any(mark in value for mark in ("=", "%", "$(", "@(")):
        return
    path = value.startswith("/") and " " not in value
    yield Finding(
        option.at,
        printable(f"env = {value} sets no variable"),
        help="write home for a virtual environment"
        if path
        else "write env = NAME=value, or unenv to remove one",
        fix=Fix("write home", (Edit(option.name_at, "home"),), Safety.UNSAFE) if path else None,
    )
