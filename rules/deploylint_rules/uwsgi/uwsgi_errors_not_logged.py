from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def uwsgi_errors_not_logged(config: UwsgiConfig) -> Findings:
    """With `disable-logging` failed requests leave no trace.

    ## Why is this bad?
    The option turns off the log of all requests, those that end with an error included.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    disable-logging = true
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    disable-logging = true
    log-4xx = true
    log-5xx = true
    ```

    ## When it is fine
    Where the web server in front logs every request.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = settings_of(config)
    off, option = settings.boolean("disable-logging"), settings.get("disable-logging")
    kept = settings.boolean("log-5xx")
    if option is None or not isinstance(off, Known) or not off.value:
        return
    if isinstance(kept, Known) and not kept.value:
        yield Finding(
            option.at,
            "disable-logging turns off the log of failed requests, too",
            help="set log-4xx and log-5xx",
        )
