from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint.source import Location
from deploylint.vocabulary.nearest import nearest

# gunicorn/glogging.py, Logger.LOG_LEVELS
_LEVELS = ("critical", "error", "warning", "info", "debug")


@rule(Severity.WARNING, group=Group.CORRECTNESS, confidence=Confidence.HIGH)
def gunicorn_unknown_log_level(config: GunicornConfig) -> Findings:
    """`loglevel` is no level that gunicorn knows, so that `info` holds.

    ## Why is this bad?
    gunicorn looks the word up in a table and takes `info` for everything that is not in it, without a
    word: `warn` logs more than was asked for.

    ## Example
    ```gunicorn
    loglevel = "warn"
    ```

    ## Use instead
    ```gunicorn
    loglevel = "warning"
    ```

    ## When it is fine
    With a `logger_class` of your own that knows other levels; then the rule is silent.

    ## Fix safety
    Unsafe: what is logged changes.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#loglevel
    """
    if "logger_class" in config.outcome.names:
        return
    for binding in config.outcome.names.get("loglevel", ()):
        node, value = binding.node, binding.value
        if not isinstance(node, Assignment) or value is None or not value.known:
            continue
        level = value.value
        if not isinstance(level, str) or level.lower().strip() in _LEVELS:
            continue
        meant = "warning" if level.lower() == "warn" else nearest(level, _LEVELS)
        yield Finding(
            node.value_at,
            f'gunicorn knows no log level "{level}" and takes info',
            label="info holds",
            help=f"write {meant}" if meant else f"choose one of {', '.join(_LEVELS)}",
            fix=Fix(f"write {meant}", (Edit(_inside(node.value_at), meant),), Safety.UNSAFE)
            if meant and node.value_at.text[1:-1] == level
            else None,
        )


def _inside(quoted: Location) -> Location:
    return quoted.source.location(quoted.span.start + 1, quoted.span.end - 1)
