from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def uwsgi_no_harakiri(config: UwsgiConfig) -> Findings:
    """A request that hangs keeps its worker for ever.

    ## Why is this bad?
    uWSGI has no time limit of its own. The web server gives up after a minute, the worker does not: some requests to a
    dead database later no worker is left.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    harakiri = 60
    ```

    ## When it is fine
    Where requests may take as long as they like, such as long downloads.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/FAQ.html
    """
    settings = settings_of(config)
    limit, application = settings.harakiri, next(settings.applications(), None)
    if application is None or settings.is_emperor or not isinstance(limit, Known) or limit.value > 0:
        return
    yield Finding(
        limit.at or application.option.at,
        "Without harakiri a request that hangs keeps its worker for ever",
        help="set harakiri to a few seconds more than the slowest request takes",
    )
