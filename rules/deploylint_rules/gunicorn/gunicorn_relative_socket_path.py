from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment


@rule(Severity.WARNING, group=Group.CORRECTNESS, confidence=Confidence.HIGH)
def gunicorn_relative_socket_path(config: GunicornConfig) -> Findings:
    """`unix://run/app.sock` is a relative path: two slashes are one too few.

    ## Why is this bad?
    gunicorn takes what follows `unix://` as the path. Without a third slash it counts from the folder
    that gunicorn runs in, and nginx looks for the socket elsewhere.

    ## Example
    ```gunicorn
    bind = "unix://run/shop/gunicorn.sock"
    ```

    ## Use instead
    ```gunicorn
    bind = "unix:/run/shop/gunicorn.sock"
    ```

    ## When it is fine
    `unix:gunicorn.sock` says that a relative path is meant, and is not reported.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#bind
    """
    for binding in config.outcome.names.get("bind", ()):
        node, value = binding.node, binding.value
        if not isinstance(node, Assignment) or value is None or not value.known:
            continue
        addresses = value.value if isinstance(value.value, (list, tuple)) else [value.value]
        for address in addresses:
            if isinstance(address, str) and address.startswith("unix://") and address[7:8] not in ("/", ""):
                yield Finding(
                    node.value_at,
                    f"{address} is a relative path",
                    label=f"gunicorn opens ./{address[7:]}",
                    help=f"write unix:/{address[7:]}",
                )
