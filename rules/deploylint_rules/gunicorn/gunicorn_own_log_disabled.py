from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, stated


@rule(Severity.WARNING, group=Group.RELIABILITY, confidence=Confidence.HIGH)
def gunicorn_own_log_disabled(config: GunicornConfig) -> Findings:
    """`logconfig_dict` turns off what gunicorn itself logs.

    ## Why is this bad?
    With `disable_existing_loggers` Python silences every logger that the dictionary does not name, and
    `gunicorn.error` exists by then. Killed workers, timeouts and exceptions that stop a worker leave no trace.

    ## Example
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": True,
        "loggers": {"shop": {"handlers": ["console"], "level": "INFO"}},
    }
    ```

    ## Use instead
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "loggers": {"shop": {"handlers": ["console"], "level": "INFO"}},
    }
    ```

    ## When it is fine
    Without the key: gunicorn's default is False, unlike Python's. With a `logger_class` of one's own the rule is
    silent.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#logconfig-dict
    - https://docs.python.org/3/library/logging.config.html#logging-config-dictschema
    """
    given = stated(config, "logconfig_dict")
    if given is None or not isinstance(given.value, dict) or not is_unset(config, "logger_class"):
        return
    loggers = given.value.get("loggers")
    # A logger that is named keeps those below it alive. Without the key gunicorn's own are named.
    if (
        isinstance(loggers, dict)
        and given.value.get("disable_existing_loggers") is True
        and not given.value.get("incremental")
        and not {"gunicorn", "gunicorn.error"} & {*loggers}
    ):
        yield Finding(
            given.node.value_at,
            "gunicorn's own log is turned off: disable_existing_loggers is on and gunicorn.error is not named",
            help="set disable_existing_loggers to False, or name gunicorn.error in loggers",
        )
