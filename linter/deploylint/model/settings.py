"""What a command line sets, under gunicorn's names."""

from deploylint.facts import Known, Process, Unknown, Value
from deploylint.formats.command_line.defaults import DEFAULTS
from deploylint.formats.command_line.invocation import Invocation
from deploylint.source import Location
from deploylint.typed import Any
from deploylint.values.words import Word

_NUMBERS = ("timeout", "graceful_timeout", "keepalive", "workers", "threads")
_TEXTS = ("worker_class", "user", "group", "pidfile")
_FLAGS = ("daemon", "reload", "debug")


def stated(process: Process, invocation: Invocation) -> dict[str, Value[Any]]:
    """The settings that stand on the command line."""
    source = process.document.source
    found: dict[str, Value[Any]] = {}
    for name in (*_NUMBERS, *_TEXTS):
        word: Word | None = getattr(invocation, name)
        if word is not None:
            found[name] = _value(word, name, source.location(word.span.start, word.span.end))
    for name in _FLAGS:
        option = getattr(invocation, name)
        if option is not None:
            found[name] = Known(not option.negated, source.location(option.span.start, option.span.end))
    return found


def with_defaults(found: dict[str, Value[Any]], invocation: Invocation) -> dict[str, Value[Any]]:
    """The settings with the server's own defaults where the command line is known to say nothing."""
    defaults = DEFAULTS.get(invocation.kind)
    if defaults is None or not invocation.complete:
        return found
    why = f"{invocation.kind.value} default"
    for name in ("timeout", "graceful_timeout", "keepalive"):
        number = getattr(defaults, name)
        if name not in found and number is not None:
            found[name] = Known(float(number), why=why, default=True)
    return found


def _value(word: Word, name: str, at: Location) -> Value[Any]:
    text = word.known
    if text is None:
        return Unknown(f"{name} has unknown parts", at)
    if name not in _NUMBERS:
        return Known(text, at)
    return (
        Known(float(text), at) if text.replace(".", "", 1).isdigit() else Unknown(f"{name} is no number", at)
    )
