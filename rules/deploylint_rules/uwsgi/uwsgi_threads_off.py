from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.targets import target
from deploylint_rules.uwsgi._libraries import library_with_threads

_ON_BY_DEFAULT = (2, 0, 27)


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    symptoms=("*** Python threads support is disabled. You can enable it with --enable-threads ***",),
)
def uwsgi_threads_off(config: UwsgiConfig, context: Context) -> Findings:
    """The application's libraries start threads, and in this uWSGI no thread runs.

    ## Why is this bad?
    Before 2.0.27 uWSGI does not set up Python's threads unless it is told to: they are started and stand still.
    Reports of errors, measurements and scheduled jobs never leave the process, and nothing says so.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    ```
    ```text title="requirements.txt"
    uwsgi==2.0.21
    sentry-sdk==2.19.0
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    master = true
    enable-threads = true
    ```
    ```text title="requirements.txt"
    uwsgi==2.0.21
    sentry-sdk==2.19.0
    ```

    ## When it is fine
    Where the library is installed and not in use. Only a release that the project names is looked at.

    ## References
    - https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    - https://docs.sentry.io/platforms/python/integrations/wsgi/
    - https://github.com/getsentry/sentry-python/issues/187
    """
    release = target(context.project, "uwsgi", config)
    if release is None or release.version >= _ON_BY_DEFAULT:
        return
    settings = settings_of(config)
    application = next(settings.applications(), None)
    if application is None or settings.is_emperor or not settings.complete:
        return
    enabled, several = settings.boolean("enable-threads"), settings.number("threads", default=1)
    if not isinstance(enabled, Known) or enabled.value or not isinstance(several, Known) or several.at:
        return
    library = library_with_threads(context.project.tree, context.project.deployment_of(config).folder)
    if library is not None:
        name = library.text
        yield Finding(
            enabled.at or application.option.at,
            f"{name} needs threads, which uWSGI {release.written} does not run",
            label=f"neither enable-threads nor threads is set, and {library.path} requires {name}",
            help="set enable-threads",
        )
