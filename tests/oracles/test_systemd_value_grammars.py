"""Value grammars against systemd's own parsers, called in its private library."""

import ctypes
import math
import random
import subprocess
from pathlib import Path

import pytest
from deploylint.values.calendar_events import parse_calendar_event
from deploylint.values.durations import parse_systemd_nanoseconds, parse_systemd_time_span
from deploylint.values.env_file import EnvDialect, parse_env_file
from deploylint.values.environment import is_variable_name
from deploylint.values.errors import InvalidValue
from deploylint.values.exit_status import parse_exit_status
from deploylint.values.integers import parse_mode, parse_permyriad, parse_systemd_integer
from deploylint.values.signals import parse_systemd_signal
from deploylint.values.sizes import parse_systemd_size
from deploylint.values.systemd_words import Escapes, parse_words
from deploylint.values.unit_names import parse_unit_name
from deploylint.values.users import parse_user

pytestmark = pytest.mark.oracle("systemd")

CUNESCAPE, UNQUOTE = 1 << 1, 1 << 5
PLAIN_INSTANCE_OR_TEMPLATE = 7
RELAXED_AND_NUMERIC = 1 | 4


@pytest.fixture(scope="module")
def library():
    found = sorted(Path("/usr/lib").glob("*/systemd/libsystemd-shared-252.so"))
    if not found:
        pytest.skip("the private library of systemd 252 is not installed")
    return ctypes.CDLL(str(found[0]))


def texts(pieces, longest, count=4_000):
    generator = random.Random(252)
    return ["".join(generator.choices(pieces, k=generator.randint(0, longest))) for _ in range(count)]


def outcome(parse, text):
    try:
        return parse(text)
    except InvalidValue:
        return None


def number(function, c_type, text, *arguments):
    value = c_type()
    status = function(text.encode(), *arguments, ctypes.byref(value))
    return value.value if status >= 0 else None


SPAN = ["1", "30", ".", ".5", " ", "s", "sec", "min", "m", "M", "ms", "us", "h", "w", "y", "infinity", "x", "-", "+",
        "ns", "µs", "μs", "month", "99999999999"]  # fmt: skip


@pytest.mark.parametrize(("unit", "microseconds"), [("s", 1_000_000), ("us", 1)])
def test_time_spans(library, unit, microseconds):
    for text in texts(SPAN, 6):
        value = ctypes.c_uint64()
        status = library.parse_time(text.encode(), ctypes.byref(value), ctypes.c_uint64(microseconds))
        ours = outcome(lambda span: parse_systemd_time_span(span, unit), text)
        theirs = None if status < 0 else math.inf if value.value == 2**64 - 1 else value.value / 1e6
        assert ours == (theirs if theirs is None else pytest.approx(theirs)), text


def test_time_spans_in_nanoseconds(library):
    for text in texts(SPAN, 6):
        value = number(library.parse_nsec, ctypes.c_uint64, text)
        theirs = None if value is None else math.inf if value == 2**64 - 1 else value / 1e9
        assert outcome(parse_systemd_nanoseconds, text) == (
            theirs if theirs is None else pytest.approx(theirs)
        ), text


@pytest.mark.parametrize("base", [1000, 1024])
def test_sizes(library, base):
    for text in texts(["1", "5", "0", "1024", ".", ".5", " ", *"KMGBETPk", "-", "+", "99999999999999"], 7):
        theirs = number(library.parse_size, ctypes.c_uint64, text, ctypes.c_uint64(base))
        ours = outcome(lambda size: parse_systemd_size(size, base), text)
        assert ours == (theirs if theirs is None else pytest.approx(theirs, rel=1e-12)), text


def test_integers(library):
    for text in texts(["0", "1", "7", "8", "x", "0x", "0b", "0o", "-", "+", " ", "a", "F", "99999", "B"], 5):
        assert outcome(parse_systemd_integer, text) == number(library.safe_atoi, ctypes.c_int, text), text
        assert outcome(parse_mode, text) == number(library.parse_mode, ctypes.c_uint, text), text


def test_percentages(library):
    for text in texts(["1", "0", "50", ".", "%", "‰", "‱", "5", " ", "-", "0x", "+"], 6):
        theirs = library.parse_permyriad(text.encode())
        assert outcome(parse_permyriad, text) == (theirs if theirs >= 0 else None), text


def test_signals_and_exit_statuses(library):
    for text in texts(
        ["SIG", "TERM", "RTMIN", "RTMAX", "+", "-", "1", "3", "64", "65", "0x1", "IOT", " "], 4
    ):
        theirs = library.signal_from_string(text.encode())
        assert outcome(parse_systemd_signal, text) == (theirs if theirs > 0 else None), text
        theirs = library.exit_status_from_string(text.encode())
        assert outcome(parse_exit_status, text) == (theirs if theirs >= 0 else None), text


def test_names_of_exit_statuses():
    listing = subprocess.run(
        ["systemd-analyze", "exit-status"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split()[:2] for line in listing.splitlines()[1:]]
    assert rows
    for name, status in rows:
        assert parse_exit_status(name) == int(status)


def test_unit_names(library):
    pieces = [
        "a",
        "@",
        ".",
        "service",
        ".service",
        ".socket",
        "-",
        "\\x2d",
        " ",
        "é",
        ":",
        "_",
        "/",
        "%",
        "x" * 120,
    ]
    for text in texts(pieces, 6):
        theirs = library.unit_name_is_valid(text.encode(), PLAIN_INSTANCE_OR_TEMPLATE) & 1
        assert (outcome(parse_unit_name, text) is not None) == bool(theirs), text


def test_users(library):
    for text in texts(
        ["a", "root", "0", "1", "65535", "4294967295", "-", ".", " ", ":", "/", "é", "\t", "#"], 4
    ):
        theirs = library.valid_user_group_name(text.encode(), RELAXED_AND_NUMERIC) & 1
        assert (outcome(parse_user, text) is not None) == bool(theirs), text


CALENDAR = ["Mon", "Fri", "..", "-", "-", "*", "*", "1", "2", "12", "31", "2024", ":", ":", "00", " ", " ", "~", "/", "/5",
            ",", ".5", "daily", "UTC", " UTC", "Sun", "60", "@", "3", "*-*-*", "10:00", "08..17"]  # fmt: skip


def test_calendar_events(library):
    library.calendar_spec_free.argtypes = [ctypes.c_void_p]
    for text in texts(CALENDAR, 9, 20_000):
        event = ctypes.c_void_p()
        status = library.calendar_spec_from_string(text.encode(), ctypes.byref(event))
        if status >= 0:
            library.calendar_spec_free(event)
        assert (outcome(parse_calendar_event, text) is not None) == (status >= 0), text


@pytest.mark.parametrize(
    "text",
    [
        "daily", "Weekly", "semi-annually", "every 5min", "0 5 * * *", "Mon..Fri 10:00", "Mon-Fri 10:00", "Fri..Mon 10:00",
        "Mon,Tue, 10:00", "*:0/15", "*:*/15", "*-*-1 00:00", "*-*~1", "*-02~03 10:00", "2024-13-01", "*-*-* 25:00:00",
        "10:00 Europe/Berlin", "10:00 UTC", "10:00:00.5", "10:00.5", "*-*-1..5/10", "@1700000000", "Sun 2:30", "10", "*",
        "Mon", "Mon *-*-*", "12-24", "89-12-24", "2200-01-01", "*-*-* 00:00:00 ", "*-1,7-1", "Monday", "Mo", "24:00",
    ],
)  # fmt: skip
def test_calendar_command(text):
    run = subprocess.run(["systemd-analyze", "calendar", text], capture_output=True, check=False)
    assert (outcome(parse_calendar_event, text) is not None) == (run.returncode == 0)


@pytest.mark.parametrize(
    "text",
    [
        "90",
        "1min 30s",
        "1min30s",
        "5mins",
        "5S",
        "1M",
        "1.5h",
        ".5s",
        "5 minutes",
        "infinity",
        "-5",
        "1h 30",
        "5s 3",
        "",
    ],
)
def test_time_span_command(text):
    run = subprocess.run(
        ["systemd-analyze", "timespan", "--", text], capture_output=True, text=True, check=False
    )
    ours = outcome(parse_systemd_time_span, text)
    assert (ours is not None) == (run.returncode == 0)
    if ours is not None and not math.isinf(ours):
        assert f"s: {round(ours * 1e6)}\n" in run.stdout


@pytest.mark.parametrize(("escapes", "flags"), [(Escapes.C, UNQUOTE | CUNESCAPE), (Escapes.DROP, UNQUOTE)])
def test_words(library, escapes, flags):
    for text in texts(
        ["a", "b c", '"', '"', "'", "'", " ", "\\", "n", "x41", "\\t", "\\x41", "303\\251", "é", "$A", ";"], 8
    ):
        cursor, word = ctypes.c_char_p(text.encode()), ctypes.c_char_p()
        theirs = []
        while (
            status := library.extract_first_word(ctypes.byref(cursor), ctypes.byref(word), None, flags)
        ) > 0:
            theirs.append(word.value)
        parsed = parse_words(text, escapes)
        ours = []
        for parsed_word in parsed.words:
            if parsed_word.unknown_escapes:
                break
            ours.append(parsed_word.text.encode("utf-8", "surrogateescape"))
        assert ours == theirs, text
        assert (len(ours) < len(parsed.words) or parsed.unclosed is not None) == (status < 0), text


def test_environment_files(library, tmp_path):
    file = tmp_path / "app.env"
    pieces = [
        "A=",
        "B=",
        "C",
        "=",
        " ",
        "\n",
        "\n",
        '"',
        '"',
        "'",
        "'",
        "\\",
        "#",
        ";",
        "x",
        "y z",
        "$A",
        "export ",
        "`",
        "\t",
        "é",
    ]
    for text in texts(pieces, 12, 6_000):
        if any("\\" in line and ("#" in line or ";" in line) for line in text.split("\n")):
            continue  # systemd 254 changed what a backslash in a comment does
        file.write_text(text, encoding="utf-8")
        found = ctypes.POINTER(ctypes.c_char_p)()
        assert library.load_env_file(None, str(file).encode(), ctypes.byref(found)) >= 0
        theirs = {}
        for index in range(len(text) if found else 0):
            if found[index] is None:
                break
            name, _, value = found[index].decode().partition("=")
            if is_variable_name(name):
                theirs[name] = value
        assert {
            entry.name: entry.value for entry in parse_env_file(text, EnvDialect.SYSTEMD).entries
        } == theirs, text
