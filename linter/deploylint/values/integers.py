"""Whole numbers, file modes and shares of a hundred, as systemd and supervisor read them."""

from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, quoted

UINT32_MAX = 2**32 - 1
UINT64_MAX = 2**64 - 1
INT32_MIN = -(2**31)
INT32_MAX = 2**31 - 1

# Blanks and a sign may stand even behind 0b and 0o, which systemd takes off before `strtol` reads the rest.
_INTEGER = pattern(
    r"[ \t\n\r]*+(?:(?P<prefix>0[bBoO])(?=[ \t\n\r+\-0-7])[ \t\n\r]*+)?(?P<sign>[+-]?)(?P<body>[0-9a-fA-FxX]++)\Z"
)
_DIGITS = {
    2: pattern(r"[01]++\Z"),
    8: pattern(r"[0-7]++\Z"),
    10: pattern(r"[0-9]++\Z"),
    16: pattern(r"[0-9a-fA-F]++\Z"),
}
_PERCENT = pattern(r"(?P<whole>[^.%‰‱]*+)(?:\.(?P<fraction>[0-9]{1,2}))?(?P<symbol>[%‰‱])\Z")
_DECIMALS = {"%": 2, "‰": 1, "‱": 0}
_SCALE = (1, 10, 100)
_MODE = pattern(r"[ \t\n\r]*+(?P<digits>[0-7]++)\Z")
_PYTHON_INTEGER = pattern(r"\s*+[+-]?\d++(?:_\d++)*+\s*+\Z")


def digits_value(digits: str, base: int = 10) -> int:
    """The number behind a run of digits, capped at 2**64.

    No program here counts further, and Python's `int` is slow on thousands of digits and then refuses them.
    """
    significant = digits.lstrip("0")
    return 2**64 if len(significant) > 64 else min(int(significant or "0", base), 2**64)


def parse_systemd_integer(text: str, minimum: int = INT32_MIN, maximum: int = INT32_MAX) -> int:
    """Decimal, `0x` hexadecimal, `0o` or leading `0` octal, `0b` binary (systemd, `safe_atou64`, `safe_atoi`)."""
    match = _INTEGER.match(text)
    base, digits = _base_and_digits(match["prefix"], match["body"]) if match else (10, "")
    if match is None or not _DIGITS[base].match(digits):
        raise InvalidValue(f"{quoted(text)} is not a whole number")
    value = digits_value(digits, base)
    if match["sign"] == "-":
        value = -value
    if not minimum <= value <= maximum:
        raise InvalidValue(f"{quoted(text)} is out of range: {minimum} to {maximum}")
    return value


def _base_and_digits(prefix: str | None, body: str) -> tuple[int, str]:
    if prefix:
        return (2 if prefix in {"0b", "0B"} else 8), body
    if body[:2] in {"0x", "0X"}:
        return 16, body[2:]
    return (8 if body[0] == "0" else 10), body


def parse_systemd_unsigned(text: str, maximum: int = UINT32_MAX) -> int:
    """A number from 0 (systemd, `safe_atou`)."""
    return parse_systemd_integer(text, 0, maximum)


def parse_weight(text: str, minimum: int, maximum: int) -> int:
    """A share of CPU or IO between two bounds, both included (systemd, `cg_weight_parse` and its like)."""
    return parse_systemd_integer(text, minimum, maximum)


def parse_mode(text: str) -> int:
    """A file mode in octal digits up to 7777, without sign or prefix (systemd, `parse_mode`)."""
    match = _MODE.match(text)
    if match is None:
        raise InvalidValue(f"{quoted(text)} is not a file mode in octal digits")
    value = digits_value(match["digits"], 8)
    if value > 0o7777:
        raise InvalidValue(f"{quoted(text)} is out of range: a file mode is at most 7777")
    return value


def parse_permyriad(text: str, maximum: int | None = 10_000) -> int:
    """Hundredths of a percent from `12.34%`, `123.4‰` or `1234‱` (systemd, `parse_permyriad`).

    `maximum` is 10,000 for 100 %, or None where more is allowed (CPUQuota=).
    """
    match = _PERCENT.match(text)
    places = _DECIMALS[match["symbol"]] if match else 0
    fraction = (match["fraction"] or "") if match else ""
    if match is None or len(fraction) > places:
        raise InvalidValue(f"{quoted(text)} is not a percentage")
    # systemd reads the digits before the point as a C integer, so `0x10%` is 16 %.
    value = parse_systemd_integer(match["whole"], 0) * _SCALE[places]
    value += int(fraction.ljust(places, "0") or 0)
    if value > INT32_MAX or (maximum is not None and value > maximum):
        raise InvalidValue(f"{quoted(text)} is out of range: at most 100%")
    return value


def parse_supervisor_integer(text: str) -> int:
    """What Python's `int` takes (supervisor, `datatypes.integer`): blanks around it, `_` within, any sign."""
    if _PYTHON_INTEGER.match(text) is None:
        raise InvalidValue(f"invalid literal for int() with base 10: {text!r}")
    try:
        return int(text)
    except ValueError:  # thousands of digits: Python 3.11 refuses to convert them
        raise InvalidValue("the number has too many digits") from None


def parse_supervisor_octal(text: str) -> int:
    """What `int(text, 8)` takes (supervisor, `datatypes.octal_type`): `0777`, `777`, `0o777`."""
    try:
        return int(text, 8)
    except ValueError:
        raise InvalidValue(f"{text} can not be converted to an octal type") from None


def parse_supervisor_exit_codes(text: str) -> tuple[int, ...]:
    """Numbers from 0 to 255 between commas (supervisor, `datatypes.list_of_exitcodes`)."""
    codes = []
    offset = 0
    for part in text.split(",") if text else ():
        try:
            code = parse_supervisor_integer(part)
        except InvalidValue:
            code = -1
        if not 0 <= code <= 255:
            raise InvalidValue(f"not a valid list of exit codes: {text!r}", offset)
        codes.append(code)
        offset += len(part) + 1
    return tuple(codes)
