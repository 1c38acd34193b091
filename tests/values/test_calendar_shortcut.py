"""The calendar events that units have most often pass without a look at the grammar, which takes them, too."""

from itertools import product

import pytest
from deploylint.values.calendar_events import parse_calendar_event
from deploylint.values.errors import InvalidValue
from deploylint.values.systemd_types import check


def timer(value):
    check("config_parse_timer", value, directive="OnCalendar")


@pytest.mark.parametrize(
    "value",
    [
        *"minutely hourly daily weekly monthly quarterly yearly annually".split(),
        *(f"*-*-* {hour:02}:{minute:02}" for hour, minute in product(range(24), (0, 9, 10, 59))),
        *(f"*-*-* {hour:02}:00:{second:02}" for hour, second in product((0, 19, 23), (0, 30, 59))),
    ],
)
def test_what_passes_at_once_is_a_calendar_event(value):
    timer(value)
    parse_calendar_event(value)


@pytest.mark.parametrize(
    "value", ["*-*-* 24:00", "*-*-* 12:60", "*-*-* 12:00:60", "dailies", "*-*-* 12:00\n1"]
)
def test_what_is_close_to_it_is_refused(value):
    with pytest.raises(InvalidValue):
        timer(value)
