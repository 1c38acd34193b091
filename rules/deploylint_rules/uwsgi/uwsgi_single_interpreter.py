from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of


@rule(Severity.NOTE, group=Group.PERFORMANCE, pedantic=True)
def uwsgi_single_interpreter(config: UwsgiConfig) -> Findings:
    """One application does not need an interpreter of its own.

    ## Why is this bad?
    uWSGI can load several applications, each in a Python interpreter of its own in one process. Extensions such as
    numpy do not work there, and one application gains nothing.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    single-interpreter = true
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = settings_of(config)
    applications = list(settings.applications())
    single = settings.boolean("single-interpreter")
    if len(applications) == 1 and not settings.is_emperor and isinstance(single, Known) and not single.value:
        yield Finding(
            single.at or applications[0].option.at,
            "The application runs in an interpreter of its own, which some extensions do not work in",
            help="set single-interpreter = true",
        )
