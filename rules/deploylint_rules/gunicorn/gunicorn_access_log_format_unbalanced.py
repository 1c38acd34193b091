from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig


@rule(Severity.NOTE, group=Group.CORRECTNESS, confidence=Confidence.HIGH)
def gunicorn_access_log_format_unbalanced(config: GunicornConfig) -> Findings:
    """`access_log_format` has an odd number of double quotes.

    ## Why is this bad?
    Log readers split the line at its quotes: after one that nothing closes, all fields are shifted or
    the line is dropped. gunicorn writes it as it stands.

    ## Example
    ```gunicorn
    access_log_format = '%(h)s "%(r)s" %(s)s "%(f)s" "%(a)s'
    ```

    ## Use instead
    ```gunicorn
    access_log_format = '%(h)s "%(r)s" %(s)s "%(f)s" "%(a)s"'
    ```

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#access-log-format
    """
    for binding in config.outcome.names.get("access_log_format", ()):
        value = binding.value
        if binding.node is None or value is None or not value.known or not isinstance(value.value, str):
            continue
        if value.value.count('"') % 2 and not _is_structured(value.value):
            yield Finding(
                binding.node.at,
                "access_log_format has an odd number of double quotes",
                label="one quote has no partner",
                help="close the quote, or leave it out",
            )


def _is_structured(value: str) -> bool:
    """JSON has escapes of its own."""
    return value.lstrip().startswith("{")
