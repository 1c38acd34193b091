from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    symptoms=("warning: invalid cheaper-initial value *",),
)
def uwsgi_cheaper_out_of_range(config: UwsgiConfig) -> Findings:
    """`cheaper-initial` below `cheaper` or above the number of workers.

    ## Why is this bad?
    uWSGI warns and takes another number. Without `cheaper` the option does nothing at all.

    ## Example
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    processes = 4
    cheaper = 2
    cheaper-initial = 8
    ```

    ## Use instead
    ```uwsgi
    [uwsgi]
    module = shop.wsgi
    processes = 4
    cheaper = 2
    cheaper-initial = 4
    ```

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/Cheaper.html
    """
    settings = settings_of(config)
    cheaper, initial = settings.number("cheaper", default=0), settings.number("cheaper-initial", default=0)
    processes = settings.processes
    if not (isinstance(cheaper, Known) and isinstance(initial, Known) and isinstance(processes, Known)):
        return
    if initial.at is None or cheaper.at is None or initial.value == 0 or cheaper.value >= processes.value:
        return
    if initial.value > processes.value:
        why = f"must be lower or equal than worker count ({processes.value})"
    elif initial.value < cheaper.value:
        why = f"must be equal or higher than cheaper ({cheaper.value})"
    else:
        return
    yield Finding(
        initial.at,
        f"invalid cheaper-initial value ({initial.value}), {why}",
        related=(Label(cheaper.at, "the fewest workers"),),
        help=f"write a number from {cheaper.value} to {processes.value}",
    )
