"""Signal names and numbers as systemd and supervisor read them. Linux on x86 and ARM: 64 signals."""

from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import parse_supervisor_integer, parse_systemd_integer

_NAMES = (
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
)  # fmt: skip
_NUMBERS = {name: number for number, name in enumerate(_NAMES, 1)}
_ALIASES = {"CLD": 17, "IOT": 6, "POLL": 29, "RTMIN": 34, "RTMAX": 64}
_FIRST_REALTIME = 34
_LAST = 64
_PYTHON_KNOWS = frozenset({*range(1, 32), 34, 64})


def parse_systemd_signal(text: str) -> int:
    """`SIGTERM`, `TERM`, `15`, `RTMIN+3`, `SIGRTMAX-1`: upper case only (systemd, `signal_from_string`)."""
    try:
        number = parse_systemd_integer(text)
    except InvalidValue:
        name = text.removeprefix("SIG")
        found = _NUMBERS.get(name) or _realtime(name)
        if found is None:
            raise InvalidValue(f"{quoted(text)} is not a signal") from None
        return found
    if not 0 < number <= _LAST:
        raise InvalidValue(f"{quoted(text)} is not a signal: numbers run from 1 to 64")
    return number


def _realtime(name: str) -> int | None:
    """`RTMIN+n` counts up from 34 and `RTMAX-n` down from 64; the number may be in any base, even `+0x1`."""
    base, sign = (_FIRST_REALTIME, "+") if name.startswith("RTMIN") else (_LAST, "-")
    distance = name[len("RTMIN") :]
    if not name.startswith(("RTMIN", "RTMAX")) or (distance and distance[0] != sign):
        return None
    reach = _LAST - _FIRST_REALTIME
    try:
        return base + (parse_systemd_integer(distance, -reach, reach) if distance else 0)
    except InvalidValue:
        return None


def parse_supervisor_signal(text: str) -> int:
    """A name with or without SIG in any case, or a number (supervisor, `datatypes.signal_number`).

    supervisor looks names up in Python's `signal` module, so `RTMIN` is known and `RTMIN+1` is not.
    """
    try:
        number = parse_supervisor_integer(text)
    except InvalidValue:
        name = text.strip().upper().removeprefix("SIG")
        found = _NUMBERS.get(name) or _ALIASES.get(name)
        if found is None:
            raise InvalidValue(f"value {text!r} is not a valid signal name") from None
        return found
    if number not in _PYTHON_KNOWS:
        raise InvalidValue(f"value {text!r} is not a valid signal number")
    return number
