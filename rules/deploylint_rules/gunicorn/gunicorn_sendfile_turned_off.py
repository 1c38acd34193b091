from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import stated


@rule(Severity.WARNING, group=Group.PERFORMANCE)
def gunicorn_sendfile_turned_off(config: GunicornConfig) -> Findings:
    """`sendfile = True` turns sendfile off.

    ## Why is this bad?
    gunicorn asks whether the setting has a value at all, and takes every one for no. Only a setting that is
    not there leaves the choice to the variable SENDFILE, and else sendfile on.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    sendfile = True
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    sendfile = None
    ```

    ## Fix safety
    Unsafe: sendfile is then used.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#sendfile
    - gunicorn/config.py, Config.sendfile
    """
    found = stated(config, "sendfile")
    if found is not None and (found.value is True or str(found.value).lower() == "true"):
        yield Finding(
            found.node.at,
            "sendfile = True turns sendfile off",
            label="any value means no",
            help="leave the line out",
            fix=Fix("write None, the default", (Edit(found.node.value_at, "None"),), Safety.UNSAFE),
        )
