"""Values and offsets that users of the small grammars rely on; the programs' own verdicts are in tests/oracles."""

import math

import pytest
from deploylint.values.booleans import parse_systemd_tristate, parse_uwsgi_boolean
from deploylint.values.calendar_events import CalendarEvent, Component, parse_calendar_event
from deploylint.values.durations import (
    parse_compose_duration,
    parse_nginx_milliseconds,
    parse_nginx_seconds,
    parse_systemd_time_span,
)
from deploylint.values.errors import InvalidValue
from deploylint.values.exit_status import parse_exit_status_or_signal
from deploylint.values.paths import parse_absolute_path, parse_relative_path
from deploylint.values.resource_limits import parse_resource_limit
from deploylint.values.sizes import parse_memory_limit, parse_systemd_size
from deploylint.values.specifiers import check_specifiers, find_specifiers, plausible_texts
from deploylint.values.supervisor_environment import parse_supervisor_environment
from deploylint.values.supervisor_expansion import expand_supervisor
from deploylint.values.unit_names import UnitName, parse_unit_name, unescape_instance
from deploylint.values.users import is_portable_user, parse_user


@pytest.mark.parametrize(
    ("parse", "text", "seconds"),
    [
        (parse_systemd_time_span, "1min 30s", 90),
        (parse_systemd_time_span, "1M", 2_629_800),
        (parse_systemd_time_span, "infinity", math.inf),
        (parse_nginx_milliseconds, "1m 500ms", 60.5),
        (parse_nginx_seconds, "1M", 2_592_000),
        (parse_compose_duration, "1m30s", 90),
        (parse_compose_duration, "1.5h", 5_400),
        (parse_compose_duration, "-500ms", -0.5),
        (parse_compose_duration, "1d", 86_400),
        (parse_compose_duration, "0", 0),
    ],
)
def test_durations(parse, text, seconds):
    assert parse(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "1m 30s", "1 m", "s", "1x", "-", "1.s.", "99999999h"])
def test_compose_durations_refused(text):
    with pytest.raises(InvalidValue):
        parse_compose_duration(text)


def test_sizes():
    assert parse_systemd_size("1G 512M") == 1536 * 1024**2
    assert parse_systemd_size("1K", 1000) == 1000
    assert math.isinf(parse_memory_limit("infinity"))
    assert math.isnan(parse_memory_limit("50%"))


def test_limits():
    assert parse_resource_limit("NOFILE", "1024:infinity") == (1024, math.inf)
    assert parse_resource_limit("NICE", "-5") == (25, 25)
    assert parse_resource_limit("CPU", "1min") == (60, 60)
    with pytest.raises(InvalidValue, match="write infinity"):
        parse_resource_limit("NOFILE", "unlimited")


def test_booleans():
    assert parse_systemd_tristate("") is None
    assert parse_uwsgi_boolean("false ; off") is True
    assert parse_uwsgi_boolean("No") is False


def test_unit_names():
    assert parse_unit_name("app@a@b.service") == UnitName("app", "a@b", "service")
    assert parse_unit_name("app@.socket").is_template
    assert str(parse_unit_name("app@1.service").template) == "app@.service"
    assert parse_unit_name("a.b.service").instance is None
    assert unescape_instance("srv-my\\x2dapp") == "srv/my-app"
    with pytest.raises(InvalidValue) as caught:
        parse_unit_name("my app.service")
    assert caught.value.offset == 2


def test_users():
    assert parse_user("1000") == 1000
    assert parse_user("app # comment") == "app # comment"
    assert not is_portable_user("app # comment")
    assert is_portable_user("www-data")


def test_paths():
    assert parse_absolute_path("/run//app/./x/") == "/run/app/x"
    assert parse_relative_path("a/b") == "a/b"
    with pytest.raises(InvalidValue) as caught:
        parse_absolute_path("/etc/../x")
    assert caught.value.offset == 5


def test_statuses():
    assert parse_exit_status_or_signal("TEMPFAIL") == ("status", 75)
    assert parse_exit_status_or_signal("15") == ("status", 15)
    assert parse_exit_status_or_signal("SIGTERM") == ("signal", 15)


def test_specifiers():
    assert [(s.letter, s.start) for s in find_specifiers("100%% %i %-%h%")] == [("%", 3), ("i", 6), ("h", 11)]
    assert plausible_texts("a%%b") == ("a%b",)
    assert set(plausible_texts("%h/%i")) == {"/x/x", "/x//x", "/x/1", "/x/"}
    check_specifiers("%D")
    with pytest.raises(InvalidValue, match="since systemd 256 only"):
        check_specifiers("%D", version=252)
    with pytest.raises(InvalidValue, match="not resolved in unit names"):
        check_specifiers("%h.service", in_unit_name=True)


def test_calendar_events():
    assert parse_calendar_event("Mon..Wed,Sun *-02~1,3 9..17/2:30 UTC") == CalendarEvent(
        weekdays=frozenset({0, 1, 2, 6}),
        month=(Component(2),),
        day=(Component(1), Component(3)),
        from_month_end=True,
        hour=(Component(9, 17, 2),),
        minute=(Component(30),),
        time_zone="UTC",
    )
    assert parse_calendar_event("daily") == parse_calendar_event("*-*-* 00:00:00")
    with pytest.raises(InvalidValue) as caught:
        parse_calendar_event("*-*-* 25:00")
    assert caught.value.offset == 6


def test_supervisor_environment_tells_what_it_skips():
    (cut,) = parse_supervisor_environment("A=abc$")
    first, second = parse_supervisor_environment("A=1;B='x,y'")
    assert (cut.value, cut.separator) == ("abc", "$")
    assert (first.value, first.separator, second.value, second.separator) == ("1", ";", "x,y", "")


def test_supervisor_expansion_knows_what_it_cannot_know():
    expansion = expand_supervisor("%(ENV_HOME)s/%(here)s", {"here": "/srv"}, "program:app.command")
    assert expansion.text is None
    assert [placeholder.name for placeholder in expansion.placeholders] == ["ENV_HOME", "here"]
    with pytest.raises(InvalidValue, match="badly formatted: %d format"):
        expand_supervisor("%(ENV_N)d", {}, "program:app.command")


def test_a_hostile_width_fills_no_memory():
    assert expand_supervisor("%(here)999999999s", {"here": "/srv"}, "o").text is None
