"""Resource limits: LimitNOFILE= and its kin."""

import math

from deploylint.values.durations import parse_systemd_time_span
from deploylint.values.errors import InvalidValue, quoted
from deploylint.values.integers import UINT64_MAX, parse_systemd_integer
from deploylint.values.sizes import parse_systemd_size

_SIZES = frozenset({"AS", "CORE", "DATA", "FSIZE", "MEMLOCK", "MSGQUEUE", "RSS", "STACK"})


def parse_resource_limit(resource: str, text: str) -> tuple[float, float]:
    """Soft and hard limit from `value` or `soft:hard`; `infinity` is math.inf.

    `resource` is the part of the key after Limit, such as NOFILE. Sizes are bytes, CPU and RTTIME seconds, NICE
    the kernel's raw value from 0 to 40 (systemd, `rlimit_parse`).
    """
    soft_text, colon, hard_text = text.partition(":")
    soft = _one(resource, soft_text)
    if not colon:
        return soft, soft
    try:
        hard = _one(resource, hard_text)
    except InvalidValue as error:
        raise InvalidValue(error.message, len(soft_text) + 1 + error.offset) from None
    if soft > hard:
        raise InvalidValue("the soft limit, which comes first, is higher than the hard limit")
    return soft, hard


def _one(resource: str, text: str) -> float:
    if resource == "NICE":
        return _nice(text)
    if text == "infinity":
        return math.inf
    if text == "unlimited":
        raise InvalidValue("'unlimited' is not a limit for systemd: write infinity")
    if resource in _SIZES:
        return parse_systemd_size(text)
    if resource == "CPU":
        span = parse_systemd_time_span(text)
        return span if math.isinf(span) else math.ceil(span)
    if resource == "RTTIME":
        return parse_systemd_time_span(text, "us")
    return parse_systemd_integer(text, 0, UINT64_MAX - 1)


def _nice(text: str) -> int:
    """`+5` and `-5` are nice levels; a bare number is the raw limit."""
    if text.startswith("+"):
        return 20 - parse_systemd_integer(text[1:], 0, 19)
    if text.startswith("-"):
        return 20 + parse_systemd_integer(text[1:], 0, 20)
    if not text:
        raise InvalidValue(f"{quoted(text)} is not a nice level")
    return parse_systemd_integer(text, 0, 40)
