"""What programs refuse about the values of their options, in the words of the library that reads them."""

from collections.abc import Iterator, Mapping
from functools import cache

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.invocation import Invocation, Kind, Option
from deploylint.formats.command_line.options import OptionSpec, Style
from deploylint.formats.command_line.refusals import short_first
from deploylint.formats.command_line.tables import option_table
from deploylint.pattern import ASCII, pattern
from deploylint.values.words import Word

_INTEGER = pattern(r"\s*+[+-]?\d++(?:_\d++)*+\s*+", ASCII)

# The options whose value is a whole number: the types in the parsers of uvicorn 0.54.0, granian 2.8.7,
# Flask 3.1.3, celery 5.7.0, rq 2.12.0, hypercorn 0.18.0, daphne 4.2.3 and Django 5.2.
_INTEGERS: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        Kind.UVICORN: (
            "port fd workers ws-max-size ws-max-queue limit-concurrency backlog limit-max-requests"
            " limit-max-requests-jitter timeout-keep-alive timeout-graceful-shutdown timeout-worker-healthcheck"
            " ssl-version ssl-cert-reqs h11-max-incomplete-event-size"
        ),
        Kind.GRANIAN: (
            "port workers blocking-threads runtime-threads runtime-blocking-threads backlog backpressure metrics-port"
        ),
        Kind.FLASK_RUN: "port",
        Kind.CELERY_WORKER: "prefetch-multiplier max-tasks-per-child max-memory-per-child heartbeat-interval",
        Kind.CELERY_BEAT: "max-interval",
        Kind.RQ_WORKER: "results-ttl worker-ttl maintenance-interval job-monitoring-interval max-jobs max-idle-time",
        Kind.HYPERCORN: (
            "backlog cert-reqs graceful-timeout read-timeout max-requests max-requests-jitter group keep-alive umask"
            " user websocket-ping-interval workers"
        ),
        Kind.DAPHNE: (
            "port websocket_timeout websocket_connect_timeout fd verbosity http-timeout ping-interval ping-timeout"
            " websocket-max-message-size websocket-max-frame-size application-close-timeout"
        ),
        Kind.RUNSERVER: "verbosity",
    }.items()
}
# Options whose choices are compared letter for letter; the others fold the case.
_EXACT = {
    Kind.UVICORN: frozenset({"log-level", "lifespan", "interface"}),
    Kind.CELERY_WORKER: frozenset({"pool", "pool-start-method"}),
}
_FOLDED = {
    Kind.GRANIAN: frozenset({"interface", "http", "loop", "log-level"}),
    Kind.CELERY_WORKER: frozenset({"loglevel"}),
    Kind.CELERY_BEAT: frozenset({"loglevel"}),
}


@dataclass(frozen=True, slots=True)
class InvalidOption:
    """An option whose value the program refuses. `choices` are the values it takes, where there are few."""

    option: Option
    word: Word
    message: str
    choices: tuple[str, ...] = ()


def invalid_values(invocation: Invocation) -> Iterator[InvalidOption]:
    """Options with a value that the program refuses, whatever the machine. gunicorn has rules of its own."""
    table = option_table(invocation.kind)
    if table is None:
        return
    kind = invocation.kind
    asked = _asked(kind)
    for option in invocation.options:
        if option.name not in asked:
            continue
        word = option.value
        found = table.find(option.flag)
        if word is None or word.opaque or found is None:
            continue
        spec = found[0]
        if option.name in _INTEGERS.get(kind, ()) and not _INTEGER.fullmatch(word.value):
            yield InvalidOption(option, word, _no_integer(table.style, spec, word.value))
        else:
            yield from _no_choice(kind, option, spec, word)


@cache
def _asked(kind: Kind) -> frozenset[str]:
    """The options of a program that take a number, or one of some words."""
    none = frozenset[str]()
    return none.union(*(table.get(kind, none) for table in (_INTEGERS, _EXACT, _FOLDED)))


def _no_choice(kind: Kind, option: Option, spec: OptionSpec, word: Word) -> Iterator[InvalidOption]:
    exact = option.name in _EXACT.get(kind, ())
    if not exact and option.name not in _FOLDED.get(kind, ()):
        return
    choices = _choices(kind, spec)
    text = word.value if exact else word.value.casefold()
    if choices and text not in [each if exact else each.casefold() for each in choices]:
        listed = ", ".join(f"'{each}'" for each in choices)
        message = f"Invalid value for {_click_name(spec)}: '{word.value}' is not one of {listed}."
        yield InvalidOption(option, word, message, choices)


def _choices(kind: Kind, spec: OptionSpec) -> tuple[str, ...]:
    from deploylint.vocabulary import servers  # noqa: PLC0415  large, rarely needed

    known = servers.option(kind.value, spec.flags[0])
    return known.choices if known else ()


def _no_integer(style: Style, spec: OptionSpec, text: str) -> str:
    if style is Style.ARGPARSE:
        return f"argument {'/'.join(short_first(spec))}: invalid int value: '{text}'"
    return f"Invalid value for {_click_name(spec)}: '{text}' is not a valid integer."


def _click_name(spec: OptionSpec) -> str:
    return " / ".join(f"'{flag}'" for flag in short_first(spec))
