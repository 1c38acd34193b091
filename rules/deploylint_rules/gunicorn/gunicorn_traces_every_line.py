from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import stated


@rule(Severity.WARNING, group=Group.PERFORMANCE)
def gunicorn_traces_every_line(config: GunicornConfig) -> Findings:
    """`spew` prints every line of Python that runs.

    ## Why is this bad?
    It is meant for the debugging of gunicorn itself. Each request is many times slower and the log holds
    thousands of lines for it.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    spew = True
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    spew = False
    ```

    ## Fix safety
    Unsafe: somebody may be looking at the lines right now.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#spew
    """
    found = stated(config, "spew")
    if found is not None and found.value is True:
        yield Finding(
            found.node.at,
            "gunicorn prints every line of Python that it runs",
            label="for the debugging of gunicorn",
            help="remove it",
            fix=Fix("turn it off", (Edit(found.node.value_at, "False"),), Safety.UNSAFE),
        )
