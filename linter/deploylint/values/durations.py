"""Spans of time, in seconds."""

from deploylint.pattern import VERBOSE, pattern
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import UINT64_MAX, digits_value

_SYSTEMD_ITEM = pattern(
    r"""(?: \+?(?P<whole>[0-9]++) (?:\.(?P<fraction>[0-9]++))? | \.(?P<bare_fraction>[0-9]++) )
        (?: [ \t\n\r]*+ (?P<unit>
              seconds|second|sec|s|minutes|minute|min|months|month|M|msec|ms|m|hours|hour|hr|h
              |days|day|d|weeks|week|w|years|year|y|usec|us|μs|µs|nsec|ns ) [ \t\n\r]*+
          | [ \t\n\r]++
          | \Z )""",
    VERBOSE,
)
FOREVER = float("inf")  # `math.inf`, without loading a library for it
_BLANKS = " \t\n\r"
_SECOND = 1_000_000_000
_NANOSECONDS = {
    **dict.fromkeys(("nsec", "ns"), 1),
    **dict.fromkeys(("usec", "us", "μs", "µs"), 1_000),
    **dict.fromkeys(("msec", "ms"), 1_000_000),
    **dict.fromkeys(("seconds", "second", "sec", "s"), _SECOND),
    **dict.fromkeys(("minutes", "minute", "min", "m"), 60 * _SECOND),
    **dict.fromkeys(("hours", "hour", "hr", "h"), 3_600 * _SECOND),
    **dict.fromkeys(("days", "day", "d"), 86_400 * _SECOND),
    **dict.fromkeys(("weeks", "week", "w"), 604_800 * _SECOND),
    **dict.fromkeys(("months", "month", "M"), 2_629_800 * _SECOND),
    **dict.fromkeys(("years", "year", "y"), 31_557_600 * _SECOND),
}


def parse_systemd_time_span(text: str, default_unit: str = "s") -> float:
    """`90`, `1min 30s`, `1.5h`, `infinity`: numbers with units, added up (systemd.time(7), `parse_time`).

    A number without unit counts in `default_unit`: seconds nearly everywhere, `us` for LimitRTTIME=. Units are
    case-sensitive (`m` is a minute, `M` a month) and there is no sign but `+`. Microseconds are the limit of
    precision.
    """
    return _systemd_span(text, default_unit, 1_000) / 1e9


def parse_systemd_nanoseconds(text: str) -> float:
    """The same with `ns` and `nsec`, and nanoseconds where no unit is given (systemd, `parse_nsec`)."""
    return _systemd_span(text, "ns", 1) / 1e9


def _systemd_span(text: str, default_unit: str, precision: int) -> float:
    if text.strip(_BLANKS) == "infinity":
        return FOREVER
    offset = len(text) - len(text.lstrip(_BLANKS))
    total = 0
    if offset == len(text):
        raise InvalidValue("a time span is empty")
    while offset < len(text):
        match = _SYSTEMD_ITEM.match(text, offset)
        if match is None or (precision > 1 and match["unit"] in {"ns", "nsec"}):
            raise InvalidValue(
                f"{quoted(text)} is not a time span: use numbers with units such as ms, s, min, h", offset
            )
        unit = _NANOSECONDS[match["unit"] or default_unit] // precision
        total += digits_value(match["whole"] or "") * unit
        total += _fraction(match["fraction"] or match["bare_fraction"] or "", unit)
        if total >= UINT64_MAX:
            raise InvalidValue(f"{quoted(text)} is too long a time", offset)
        offset = match.end()
    return float(total * precision)


def _fraction(digits: str, unit: int) -> int:
    """The part behind the point: systemd divides the unit by ten for each digit and drops the rest."""
    total = 0
    for digit in digits[:20]:
        unit //= 10
        total += int(digit) * unit
    return total


_NGINX_ITEM = pattern(r"(?P<digits>[0-9]*+)(?P<unit>ms|[yMwdhms]|(?= ))(?P<blanks> *+)")
_NGINX_TAIL = pattern(r"[0-9]*+\Z")
_NGINX_STEPS = ("y", "M", "w", "d", "h", "m", "s", "ms")
_NGINX_SECONDS = {
    "y": 31_536_000,
    "M": 2_592_000,
    "w": 604_800,
    "d": 86_400,
    "h": 3_600,
    "m": 60,
    "s": 1,
    "": 1,
}
_NGINX_MAX = 2**63 - 1


def parse_nginx_seconds(text: str) -> float:
    """`1y 2M 3w 4d 5h 6m 7s`, falling, each once; a bare number is seconds (nginx, `ngx_parse_time` for sec slots)."""
    return _nginx_time(text, in_seconds=True)


def parse_nginx_milliseconds(text: str) -> float:
    """`3w 4d 5h 6m 7s 8ms`, falling, each once; a bare number is seconds; no years, no months.

    In seconds (nginx, `ngx_parse_time` for msec slots).
    """
    return _nginx_time(text, in_seconds=False)


def _nginx_time(text: str, *, in_seconds: bool) -> float:
    steps = _NGINX_STEPS[:-1] if in_seconds else _NGINX_STEPS[2:]
    refusal = f"{quoted(text)} is not a time: units are {' '.join(steps)}, falling, each once"
    # nginx counts in the unit of the slot, and so does its overflow check.
    second = 1 if in_seconds else 1_000
    reached = -1
    total = 0
    offset = 0
    while match := _NGINX_ITEM.match(text, offset):
        unit = match["unit"]
        # A blank after a bare number means seconds, and nothing but a bare number may follow.
        step = steps.index(unit) if unit in steps else len(_NGINX_STEPS) if not unit else -1
        if step <= reached or (not unit and reached >= steps.index("s")):
            raise InvalidValue(refusal, offset)
        reached = step
        total += digits_value(match["digits"]) * (1 if unit == "ms" else _NGINX_SECONDS[unit] * second)
        offset = match.end()
    rest = _NGINX_TAIL.match(text, offset)
    if rest is None or not any("0" <= character <= "9" for character in text):
        raise InvalidValue(refusal, offset)
    total += digits_value(rest[0]) * second
    if total > _NGINX_MAX:
        raise InvalidValue(f"{quoted(text)} is too long a time")
    return total / second


_GO = pattern(
    r"(?:(?P<whole>[0-9]++)(?:\.(?P<fraction>[0-9]*+))?|\.(?P<bare_fraction>[0-9]++))(?P<unit>ns|us|µs|μs|ms|s|m|h|d|w)"
)
_GO_MAX = 2**63 - 1


def parse_compose_duration(text: str) -> float:
    """`1m30s`, `1.5h`, `500ms`, `0`: Go's durations, with `d` and `w` as docker compose adds them.

    A number without unit is refused, 0 excepted (Go, `time.ParseDuration`; compose-go, `types.Duration`).
    """
    sign = -1 if text.startswith("-") else 1
    offset = 1 if text[:1] in {"-", "+"} else 0
    if text[offset:] == "0":
        return 0.0
    if offset == len(text):
        raise InvalidValue("a duration is empty")
    nanoseconds = 0
    while offset < len(text):
        match = _GO.match(text, offset)
        if match is None:
            raise InvalidValue(
                f"{quoted(text)} is not a duration: use numbers with units such as ms, s, m, h", offset
            )
        unit = _NANOSECONDS[match["unit"]]
        fraction = match["fraction"] or match["bare_fraction"] or ""
        nanoseconds += digits_value(match["whole"] or "") * unit
        nanoseconds += int(float(f"0.{fraction}") * unit) if fraction else 0
        if nanoseconds > _GO_MAX:
            raise InvalidValue(f"{quoted(text)} is too long a time", offset)
        offset = match.end()
    return sign * nanoseconds / 1e9
