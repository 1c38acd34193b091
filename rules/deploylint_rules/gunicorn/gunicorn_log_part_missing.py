from collections.abc import Iterator, Mapping

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.typed import Any
from deploylint.values.errors import printable
from deploylint_rules.gunicorn._settings import is_unset, severity_of, stated

# gunicorn/glogging.py, CONFIG_DEFAULTS: each of these is replaced as a whole by the key of that name.
_DEFAULTS: Mapping[str, Any] = {
    "root": {"handlers": ["console"]},
    "loggers": {
        "gunicorn.error": {"handlers": ["error_console"]},
        "gunicorn.access": {"handlers": ["console"]},
    },
    "handlers": {"console": {"formatter": "generic"}, "error_console": {"formatter": "generic"}},
    "formatters": {"generic": {}},
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=(
        "Error: Unable to configure root logger",
        "Error: Unable to configure logger '*'",
        "Error: Unable to configure handler '*'",
    ),
)
def gunicorn_log_part_missing(config: GunicornConfig, context: Context) -> Findings:
    """`logconfig_dict` lacks a handler or formatter that is in use.

    ## Why is this bad?
    gunicorn does not start. It lays the dictionary over its own one, key by key: whoever gives `handlers` takes the
    handlers `console` and `error_console` away, which gunicorn's own `root` and `loggers` still name.

    ## Example
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "/var/log/shop/web.log"}},
        "loggers": {"gunicorn.error": {"handlers": ["file"], "level": "INFO"}},
    }
    ```

    ## Use instead
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "root": {"handlers": ["file"], "level": "INFO"},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": "/var/log/shop/web.log"}},
        "loggers": {"gunicorn.error": {"handlers": ["file"], "level": "INFO"}},
    }
    ```

    ## When it is fine
    With a `logger_class` of one's own, which may read the dictionary in another way; the rule is silent there.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#logconfig-dict
    - gunicorn/glogging.py, `CONFIG_DEFAULTS`
    """
    given = stated(config, "logconfig_dict")
    if given is None or not isinstance(given.value, dict) or not is_unset(config, "logger_class"):
        return
    if not given.value or given.value.get("incremental"):
        return
    merged = {**_DEFAULTS, **given.value}
    for user, kind, name in _missing(merged):
        severity = severity_of(config, "logger_class", context.project)
        if severity is None:
            return
        part = user.partition(" ")[0]
        yield Finding(
            given.node.value_at,
            printable(f"gunicorn does not start: {user} names the {kind} {name}, which is not defined"),
            help=f"give {part} as well: gunicorn's own stays in force otherwise"
            if part not in given.value
            else f"define it in {kind}s",
            severity=severity,
        )
        return  # logging stops at the first one, too


def _missing(merged: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Who names it, what it is, its name: in the order in which logging looks (`DictConfigurator.configure`)."""
    parts = [merged["formatters"], merged["handlers"], merged["loggers"]]
    if not all(isinstance(part, dict) for part in parts):
        return
    formatters, handlers, loggers = parts
    for name, handler in handlers.items():
        formatter = handler.get("formatter") if isinstance(handler, dict) else None
        if isinstance(formatter, str) and formatter and formatter not in formatters:
            yield f"handlers {name}", "formatter", formatter
    named = [(f"loggers {name}", logger) for name, logger in loggers.items()]
    for user, logger in [*named, ("root", merged["root"])]:
        wanted = logger.get("handlers") if isinstance(logger, dict) else None
        for handler in wanted if isinstance(wanted, (list, tuple)) else ():
            if isinstance(handler, str) and handler not in handlers:
                yield user, "handler", handler
