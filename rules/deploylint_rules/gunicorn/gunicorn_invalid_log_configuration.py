from collections.abc import Iterator, Mapping

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.pattern import pattern
from deploylint.typed import Any
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.gunicorn._settings import is_unset, severity_of, stated

# logging/__init__.py, `_nameToLevel`.
_LEVELS = ("CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET")
_FILE = ("filename", "mode", "encoding", "delay", "errors")
# Handlers of the standard library that people put into gunicorn's configuration, with what each may be given.
_HANDLERS: Mapping[str, tuple[str, ...]] = {
    "logging.StreamHandler": ("stream",),
    "logging.FileHandler": _FILE,
    "logging.NullHandler": (),
    "logging.handlers.WatchedFileHandler": _FILE,
    "logging.handlers.RotatingFileHandler": (*_FILE, "maxBytes", "backupCount"),
    "logging.handlers.TimedRotatingFileHandler": (
        *("filename", "when", "interval", "backupCount", "encoding", "delay", "utc", "atTime", "errors"),
    ),
    "logging.handlers.SysLogHandler": ("address", "facility", "socktype"),
}
# Those that the table leaves out.
_OTHER_HANDLERS = frozenset(
    f"logging.handlers.{name}Handler"
    for name in ("Socket", "Datagram", "NTEventLog", "SMTP", "Memory", "Buffering", "HTTP", "Queue")
) | {"logging.Handler"}
# logging/config.py, `BaseConfigurator.resolve`: a module and a way to something in it. `ext://` and `cfg://` go elsewhere.
_PATH_TO_CLASS = pattern(r"[\w-]++(?:\.[\w-]++)++|\w++://.*+")
_NEITHER_TABLE_NOR_NAME = (int, float, bytes, list, tuple, set, type(None))
# logging/config.py, `DictConfigurator.configure_handler`: what it takes out before it calls the class.
_OF_EVERY_HANDLER = ("class", "level", "formatter", "filters", ".")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "Error: Unable to configure handler '*'",
        "Error: Unable to configure root logger",
        "Error: Unsupported version: *",
    ),
)
def gunicorn_invalid_log_configuration(config: GunicornConfig, context: Context) -> Findings:
    """`logconfig_dict` holds what Python's logging refuses.

    ## Why is this bad?
    gunicorn does not start: a handler's class is misspelt, a level has no meaning, or a handler is given something
    that its class does not take.

    ## Example
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "root": {"level": "INFOS", "handlers": ["console"]},
    }
    ```

    ## Use instead
    ```gunicorn
    logconfig_dict = {
        "version": 1,
        "root": {"level": "INFO", "handlers": ["console"]},
    }
    ```

    ## When it is fine
    With a `logger_class` of one's own, and with levels that the file itself adds. Whether classes outside the standard
    library are there is not looked at.

    ## References
    - https://docs.python.org/3/library/logging.config.html#dictionary-schema-details
    - https://docs.gunicorn.org/en/latest/settings.html#logconfig-dict
    """
    given = stated(config, "logconfig_dict")
    if given is None or not isinstance(given.value, dict) or not is_unset(config, "logger_class"):
        return
    if given.value.get("incremental") or "addLevelName" in config.source.text:
        return
    fault = next(_faults(given.value), None)  # logging stops at the first one, too
    severity = severity_of(config, "logger_class", context.project) if fault else None
    if fault and severity is not None:
        message, name, known = fault
        near = nearest(name, known)
        yield Finding(
            given.node.value_at,
            printable(f"gunicorn does not start: {message}"),
            help=f"did you mean {near}?" if near else None,
            severity=severity,
        )


def _faults(value: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(what is wrong, the wrong word, the words that may stand there), in the order in which logging looks."""
    version = value.get("version", 1)
    if version != 1:
        yield f"logging knows version 1 only, not {version}", str(version), ()
    for who, handler in _parts(value, "handler"):
        yield from _handler_faults(who, handler) if isinstance(handler, dict) else _no_table(who)
    for who, logger in _parts(value, "logger"):
        yield from _level_faults(who, logger) if isinstance(logger, dict) else _no_table(who)
    if isinstance(root := value.get("root"), dict):
        yield from _level_faults("the root logger", root)


def _parts(value: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    """Handlers or loggers: what to call each, and what stands there, unless it may be a way to something else."""
    parts = value.get(f"{kind}s")
    if isinstance(parts, dict):
        for name, part in parts.items():
            if isinstance(part, (dict, *_NEITHER_TABLE_NOR_NAME)):
                yield f"the {kind} {name}", part


def _no_table(who: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield f"{who} is no dictionary", "", ()


def _handler_faults(who: str, handler: Mapping[Any, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if "()" in handler:
        return
    yield from _level_faults(who, handler)
    if "class" not in handler:
        near = next((str(key) for key in handler if nearest(str(key), ["class"])), "")
        yield f"{who} has no class", near, ("class",)
        return
    kind = handler["class"]
    if isinstance(kind, (dict, *_NEITHER_TABLE_NOR_NAME)):
        yield f"the class of {who} is no name", "", ()
    if not isinstance(kind, str) or kind in _OTHER_HANDLERS:
        return
    if not _PATH_TO_CLASS.fullmatch(kind):
        yield f"{kind} is no class in a module, and {who} names it", kind, (*_HANDLERS, *_OTHER_HANDLERS)
        return
    if not kind.startswith("logging."):
        return
    if kind not in _HANDLERS:
        yield f"logging has no {kind}, which {who} names", kind, (*_HANDLERS, *_OTHER_HANDLERS)
        return
    takes = (*_OF_EVERY_HANDLER, *_HANDLERS[kind])
    for key in handler:
        if key not in takes:
            yield f"{kind} takes no {key}, which {who} gives it", str(key), takes


def _level_faults(who: str, table: Mapping[Any, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    level = table.get("level")
    if isinstance(level, str) and level and level not in _LEVELS:
        yield f"{who} has the unknown level {level}", level, _LEVELS
