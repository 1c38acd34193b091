from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint_rules.gunicorn._settings import severity_of


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=("TypeError: expected str, bytes or os.PathLike object, not NoneType",),
)
def gunicorn_control_socket_none(config: GunicornConfig, context: Context) -> Findings:
    """`control_socket = None` does not turn the control socket off: gunicorn crashes.

    ## Why is this bad?
    The master looks at the path as soon as it has started, and ends with a TypeError.

    ## Example
    ```gunicorn
    control_socket = None
    ```

    ## Use instead
    ```gunicorn
    control_socket_disable = True
    ```

    ## When it is fine
    Together with `control_socket_disable = True`.

    ## Fix safety
    Safe: gunicorn ends at once as it stands.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#control-socket-disable
    """
    if "control_socket_disable" in config.outcome.names:
        return
    for binding in config.outcome.names.get("control_socket", ()):
        node, value = binding.node, binding.value
        if isinstance(node, Assignment) and value is not None and value.known and value.value is None:
            severities = [
                severity_of(config, name, context.project)
                for name in ("control_socket", "control_socket_disable")
            ]
            if None in severities:
                return
            yield Finding(
                node.at,
                "gunicorn crashes when control_socket is None",
                label="does not turn it off",
                help="write control_socket_disable = True",
                severity=Severity.WARNING if Severity.WARNING in severities else None,
                fix=Fix(
                    "write control_socket_disable = True",
                    (Edit(node.name_at, "control_socket_disable"), Edit(node.value_at, "True")),
                )
                if node.value_at.text == "None" and node.name_at.text == "control_socket"
                else None,
            )
