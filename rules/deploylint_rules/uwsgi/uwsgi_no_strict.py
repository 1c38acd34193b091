from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import ASKED, UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def uwsgi_no_strict(config: UwsgiConfig) -> Findings:
    """Without `strict` uWSGI takes misspelt options for placeholders.

    ## Why is this bad?
    A misspelt option does nothing, and nobody is told. With `strict = true` uWSGI refuses to start.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    strict = true
    module = shop.wsgi
    ```

    ## When it is fine
    Where placeholders are defined by naming them; with `strict` that takes `set-placeholder`.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    strict = settings_of(config).boolean("strict")
    first = next(iter(config.options(ASKED)), None)
    if first is not None and isinstance(strict, Known) and not strict.value:
        yield Finding(
            strict.at or first.at, "Without strict uWSGI ignores misspelt options", help="set strict = true"
        )
