from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import stated


@rule(Severity.ERROR, group=Group.CORRECTNESS)
def gunicorn_stops_after_check(config: GunicornConfig) -> Findings:
    """`check_config` or `print_config` in the file: gunicorn checks, and ends.

    ## Why is this bad?
    Both are meant for the command line. In the configuration file they end every start of gunicorn with
    success, without a server.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    check_config = True
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    check_config = False
    ```

    ## Fix safety
    Unsafe: gunicorn will run from then on.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#check-config
    """
    for name in ("check_config", "print_config"):
        found = stated(config, name)
        if found is not None and found.value is True:
            yield Finding(
                found.node.at,
                f"gunicorn ends at once: {name} is on",
                label="no server is started",
                help=f"remove it, and run gunicorn --{name.replace('_', '-')} by hand",
                fix=Fix("turn it off", (Edit(found.node.value_at, "False"),), Safety.UNSAFE),
            )
