from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.uwsgi import ASKED, Option, Section, UwsgiConfig
from deploylint.values.booleans import parse_uwsgi_boolean


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("lazy",))
def uwsgi_lazy_deprecated(option: Option, context: Context) -> Findings:
    """`lazy` is an old mode that `lazy-apps` has replaced.

    ## Why is this bad?
    uWSGI's documentation asks not to use it: it loads the application in each worker, as `lazy-apps` does, and changes
    what reloading and signals do, too.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    lazy = true
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    lazy-apps = true
    ```

    ## Fix safety
    Unsafe: reloading works differently.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/articles/TheArtOfGracefulReloading.html
    """
    section = context.parent
    if (
        not isinstance(context.document, UwsgiConfig)
        or not isinstance(section, Section)
        or section.name != ASKED
    ):
        return
    if option.opaque or "%" in option.value or not parse_uwsgi_boolean(option.value):
        return
    yield Finding(
        option.name_at,
        "lazy is deprecated, and changes what reloading does",
        help="write lazy-apps",
        fix=Fix("write lazy-apps", (Edit(option.name_at, "lazy-apps"),), Safety.UNSAFE),
    )
