"""Calendar events: the values of OnCalendar= (systemd.time(7), "CALENDAR EVENTS")."""

from functools import cache

from deploylint.dataclass import dataclass
from deploylint.pattern import VERBOSE, pattern
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.typed import Any, NoReturn
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import INT32_MAX, digits_value

_SECOND = 1_000_000
_WORDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    **dict.fromkeys(("yearly", "annually", "anually"), "*-01-01 00:00:00"),
    **dict.fromkeys(("semi-annually", "semiannually", "bi-annually", "biannually"), "*-01,07-01 00:00:00"),
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The limits of each part; seconds count in microseconds.
_LIMITS = {
    "year": (1970, 2199),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 60 * _SECOND - 1),
}
_MAX_COMPONENTS = 241
_END_OF_YEARS = 7_258_118_400  # 2200-01-01, in seconds since 1970
_AREAS = (
    "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US"
    "|posix|right"
)
# An upper-case abbreviation may be the local zone of the machine, which is unknown here.
_TIME_ZONE = pattern(
    rf"""\ (?P<zone>(?:{_AREAS})/[A-Za-z0-9_+\-/]++|[A-Z]{{2,5}}|(?i:utc)|CST6CDT|EST5EDT|MST7MDT|PST8PDT|GMT[+-]?0
        |Cuba|Egypt|Eire|GB-Eire|Greenwich|Hongkong|Iceland|Iran|Israel|Jamaica|Japan|Kwajalein|Libya|NZ-CHAT|Navajo
        |Poland|Portugal|Singapore|Turkey|Universal|W-SU|Zulu)\Z""",
    VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Component:
    """`start`, `start..stop`, `start/step` or `start..stop/step`. Seconds may have a fraction."""

    start: float
    stop: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """When a timer elapses. An empty part means any. Weekdays count from 0 for Monday.

    With `from_month_end` days count backwards, 1 being the last of the month. `epoch` replaces the date and the
    time. `time_zone` is None for the machine's own.
    """

    weekdays: frozenset[int] = frozenset()
    year: tuple[Component, ...] = ()
    month: tuple[Component, ...] = ()
    day: tuple[Component, ...] = ()
    from_month_end: bool = False
    hour: tuple[Component, ...] = (Component(0),)
    minute: tuple[Component, ...] = (Component(0),)
    second: tuple[Component, ...] = (Component(0),)
    epoch: int | None = None
    time_zone: str | None = None


@cache
def _parser() -> Parser:
    from deploylint.syntax.compiled import systemd_calendar  # noqa: PLC0415 (tables load when a value needs them)

    return Parser(systemd_calendar)


def parse_calendar_event(text: str) -> CalendarEvent:
    """Read a calendar event (systemd, `calendar_spec_from_string` and `calendar_spec_valid`).

    Names of time zones are checked by their area only: which ones exist depends on the machine.
    """
    # Most end in a time of day, and compiling the names of zones takes longer than all the rest.
    zone_match = _TIME_ZONE.search(text) if text[text.rfind(" ") + 1 :][:1].isalpha() else None
    zone = zone_match["zone"] if zone_match else None
    body = text[: zone_match.start()] if zone_match else text
    parsed = _parser().parse(body)
    if parsed.errors:
        _refuse(text, parsed.errors[0].start)
    tree: Tree = parsed.value
    if tree.data == "keyword":
        return parse_calendar_event(_WORDS[body.lower()] + (f" {zone}" if zone else ""))
    parts: dict[str, Any] = {}
    for child in tree.children:
        if isinstance(child, Token):
            parts["epoch"] = digits_value(body[child.start + 1 : child.end].lstrip(" +"))
            if parts["epoch"] >= _END_OF_YEARS:
                raise InvalidValue("the time lies beyond the year 2199", child.start)
        elif child.data == "weekdays":
            parts["weekdays"] = _weekdays(body, child)
        else:
            parts |= _chains(body, child)
    return CalendarEvent(time_zone=zone, **parts)


def _refuse(text: str, offset: int = 0) -> NoReturn:
    raise InvalidValue(f"{quoted(text)} is not a calendar event", offset)


def _weekdays(text: str, tree: Tree) -> frozenset[int]:
    days: set[int] = set()
    for span in tree.children:
        numbers = [_DAYS.index(text[day.start : day.start + 3].lower()) for day in span.children]
        if numbers[0] > numbers[-1]:
            raise InvalidValue("a range of weekdays runs from Monday to Sunday", span.children[0].start)
        days.update(range(numbers[0], numbers[-1] + 1))
    return frozenset(days)


def _chains(text: str, tree: Tree) -> dict[str, Any]:
    names = ("hour", "minute", "second") if tree.data == "time" else ("year", "month", "day")
    used = names[: len(tree.children)] if tree.data == "time" else names[-len(tree.children) :]
    from_month_end = tree.data == "date_from_month_end"
    parts: dict[str, Any] = {
        name: _chain(text, name, chain, from_month_end=from_month_end and name == "day")
        for name, chain in zip(used, tree.children, strict=True)
    }
    if from_month_end and parts["day"]:
        parts["from_month_end"] = True
    return parts


def _chain(text: str, name: str, tree: Tree, *, from_month_end: bool) -> tuple[Component, ...]:
    if tree.data == "any":
        # Every second, not every microsecond.
        return (Component(0, None, 1),) if name == "second" else ()
    if len(tree.children) > _MAX_COMPONENTS:
        raise InvalidValue(
            "a calendar event has too many parts",
            tree.children[_MAX_COMPONENTS].children[0].children[0].start,
        )
    return tuple(_component(text, name, item, from_month_end=from_month_end) for item in tree.children)


def _component(text: str, name: str, item: Tree, *, from_month_end: bool) -> Component:
    unit = _SECOND if name == "second" else 1
    numbers = [_number(text, name, number) for number in item.children]
    offset = item.children[0].children[0].start
    start = numbers[0]
    stop = numbers[1] if item.data in {"range", "repeated_range"} else None
    step = numbers[-1] if item.data in {"repeated", "repeated_range"} else None
    if step == 0:
        raise InvalidValue("a repetition of 0 never ends", offset)
    if name == "second" and item.data == "range" and start + unit > numbers[1]:
        raise InvalidValue("a range of seconds without a step is at least one second long", offset)
    if not _fits(name, start, stop, step or (unit if stop is not None else 0), from_month_end=from_month_end):
        raise InvalidValue(
            f"{quoted(text[offset : _end(item)])} is no valid {name} of a calendar event", offset
        )
    if name == "second":
        return Component(
            start / unit, None if stop is None else stop / unit, None if step is None else step / unit
        )
    return Component(start, stop, step)


def _fits(name: str, start: int, stop: int | None, step: int, *, from_month_end: bool) -> bool:
    """Whether start, stop and at least one repetition lie within the limits (systemd, `chain_valid`)."""
    low, high = _LIMITS[name]
    if from_month_end:
        high -= 3
    if name == "year":
        start, stop = _full_year(start), None if stop is None else _full_year(stop)
    if not low <= start <= high:
        return False
    # A range that holds one moment only is that moment, whatever its step.
    if stop is not None and stop > start:
        stop -= (stop - start) % step
    if stop == start:
        return True
    if step > high - low:
        return False
    if stop is not None:
        return stop <= high and start + step <= stop
    return start - step >= low if from_month_end else start + step <= high


def _full_year(year: int) -> int:
    return year + 2000 if year < 70 else year + 1900 if year < 100 else year


def _number(text: str, name: str, tree: Tree) -> int:
    digits, *fraction = tree.children
    value = digits_value(text[digits.start : digits.end])
    if name != "second":
        if fraction:
            raise InvalidValue("only seconds have fractions", fraction[0].start)
    else:
        value *= _SECOND
        if fraction:
            places = text[fraction[0].start + 1 : fraction[0].end]
            value += int(places[:6].ljust(6, "0")) + (places[6:7] >= "5")
    if value > INT32_MAX:
        raise InvalidValue("a number is too large", digits.start)
    return value


def _end(item: Tree) -> int:
    last: Token = item.children[-1].children[-1]
    return last.end
