"""Shared memory, logs and their parameters: who defines a zone, a cache or a log format, and who uses one."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters, natural
from deploylint.formats.nginx.setters.predicates import (
    check_parameters,
    is_milliseconds,
    is_number,
    is_offset,
    is_on_or_off,
    is_positive,
    is_seconds,
    is_size,
)
from deploylint.pattern import ASCII, pattern
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_size
from deploylint.values.upstream import upstream_server

_RATE = pattern(r"0*+[1-9]\d*+(?:r/[sm])?", ASCII)
_LEVELS = pattern(r"[12](?::[12]){0,2}")
_LOG_LEVELS = ("emerg", "alert", "crit", "error", "warn", "notice", "info", "debug")
_DEBUG = (
    "debug_core",
    "debug_alloc",
    "debug_mutex",
    "debug_event",
    "debug_http",
    "debug_mail",
    "debug_stream",
)
_FACILITIES = frozenset(
    "kern user mail daemon auth intern lpr news uucp clock authpriv ftp ntp audit alert cron local0 local1 local2 "
    "local3 local4 local5 local6 local7".split()
)
_SEVERITIES = frozenset({"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"})
_TAG = pattern(r"\w{0,32}", ASCII)


def _limit_zone(call: Call) -> None:
    rates = {"rate=": (lambda text: _RATE.fullmatch(text) is not None, 'invalid rate "%s"')}
    named = {
        "zone=": (_is_zone, 'invalid zone size "%s"'),
        **(rates if call.name == "limit_req_zone" else {}),
    }
    check_parameters(call.values, 1, named)
    zones = [(at, value[5:]) for at, value in enumerate(call.values) if at and value.startswith("zone=")]
    for at, zone in zones:
        if parse_nginx_size(zone.partition(":")[2]) < 8 * 4096:
            raise Refused(f'zone "{call.values[at]}" is too small', at, "give it at least 32k")
    if not zones or zones[-1][1].startswith(":"):
        raise Refused(f'"{call.name}" must have "zone" parameter', None)


def _is_zone(text: str) -> bool:
    _, colon, size = text.partition(":")
    return bool(colon) and is_size(size)


def _limit_req(call: Call) -> None:
    named = {
        "zone=": (lambda _text: True, ""),
        "burst=": (is_positive, 'invalid burst value "%s"'),
        "delay=": (is_positive, 'invalid delay value "%s"'),
    }
    check_parameters(call.values, 0, named, frozenset({"nodelay"}))
    if not any(value.startswith("zone=") for value in call.values):
        raise Refused('"limit_req" must have "zone" parameter', None)


def _limit_conn(call: Call) -> None:
    number = natural(call.values[1])
    if not number:
        raise Refused(f'invalid number of connections "{call.values[1]}"', 1)
    if number > 65535:
        raise Refused("connection limit must be less 65536", 1)


def _cache_path(call: Call) -> None:
    named = {
        "levels=": (lambda text: _LEVELS.fullmatch(text) is not None, 'invalid "levels" "%s"'),
        "use_temp_path=": (is_on_or_off, 'invalid use_temp_path value "%s", it must be "on" or "off"'),
        "keys_zone=": (_is_zone, 'invalid keys zone size "%s"'),
        "inactive=": (is_seconds, 'invalid inactive value "%s"'),
        "max_size=": (is_offset, 'invalid max_size value "%s"'),
        "min_free=": (is_offset, 'invalid min_free value "%s"'),
        **{f"{who}_files=": (is_number, f'invalid {who}_files value "%s"') for who in ("loader", "manager")},
        **{
            f"{who}_{what}=": (is_milliseconds, f'invalid {who}_{what} value "%s"')
            for who in ("loader", "manager")
            for what in ("sleep", "threshold")
        },
    }
    check_parameters(call.values, 1, named)
    zones = [
        (at, value[10:]) for at, value in enumerate(call.values) if at and value.startswith("keys_zone=")
    ]
    for at, zone in zones:
        if parse_nginx_size(zone.partition(":")[2]) < 2 * 4096:
            raise Refused(f'keys zone "{call.values[at]}" is too small', at)
    if not zones or zones[-1][1].startswith(":"):
        raise Refused(f'"{call.name}" must have "keys_zone" parameter', None)


def _access_log(call: Call) -> None:
    if call.values[0] == "off":
        if len(call.values) > 1:
            raise Refused(f'invalid parameter "{call.values[1]}"', 1)
        return
    if call.values[0].startswith("syslog:"):
        _syslog(call.values[0])
    if call.context.startswith("stream") and len(call.values) == 1:
        raise Refused("log format is not specified", None)
    named = {
        "buffer=": (_is_buffer, 'invalid buffer size "%s"'),
        "flush=": (_is_flush, 'invalid flush time "%s"'),
        "gzip=": (lambda text: (natural(text) or 0) in range(1, 10), 'invalid compression level "%s"'),
        "if=": (lambda _text: True, ""),
    }
    check_parameters(call.values, 2, named, frozenset({"gzip"}))
    _buffered(call)


def _buffered(call: Call) -> None:
    given = {value.partition("=")[0] for value in call.values[2:]}
    if "flush" in given and not given & {"buffer", "gzip"}:
        raise Refused(f'no buffer is defined for access_log "{call.values[0]}"', None)
    if given & {"buffer", "gzip"}:
        if "$" in call.values[0]:
            raise Refused("buffered logs cannot have variables in name")
        if call.values[0].startswith("syslog:"):
            raise Refused("logs to syslog cannot be buffered")


def _is_buffer(text: str) -> bool:
    return is_size(text) and parse_nginx_size(text) > 0


def _is_flush(text: str) -> bool:
    return is_milliseconds(text) and any(digit in text for digit in "123456789")


def _error_log(call: Call) -> None:
    text = call.values[0]
    if text.startswith("syslog:"):
        _syslog(text)
    seen = ""
    for at, value in enumerate(call.values[1:], 1):
        if value not in _LOG_LEVELS and value not in _DEBUG:
            raise Refused(f'invalid log level "{value}"', at, f"the levels are {', '.join(_LOG_LEVELS)}")
        if value in _LOG_LEVELS:
            if seen:
                raise Refused(f'duplicate log level "{value}"', at)
            seen = value
        elif seen in _LOG_LEVELS:
            raise Refused(f'invalid log level "{value}"', at)
        else:
            seen = value


def _syslog(text: str) -> None:
    seen: set[str] = set()
    for part in text.removeprefix("syslog:").split(","):
        name, equals, value = part.partition("=")
        if part == "nohostname":
            continue
        if not equals or name not in ("server", "facility", "severity", "tag"):
            raise Refused(f'unknown syslog parameter "{part}"')
        if name in seen:
            raise Refused(f'duplicate syslog "{name}"')
        seen.add(name)
        if name == "server":
            try:
                upstream_server(value)
            except InvalidValue as error:
                raise Refused(f'{error.message} in syslog server "{value}"') from None
        if name == "facility" and value not in _FACILITIES:
            raise Refused(f'unknown syslog facility "{value}"')
        if name == "severity" and value not in _SEVERITIES:
            raise Refused(f'unknown syslog severity "{value}"')
        if name == "tag" and not _TAG.fullmatch(value):
            long = len(value) > 32
            raise Refused(
                "syslog tag length exceeds 32"
                if long
                else 'syslog "tag" only allows alphanumeric characters and underscore'
            )
    if "server" not in seen:
        raise Refused("no syslog server specified")


def _log_format(call: Call) -> None:
    if len(call.values) > 1 and call.values[1].startswith("escape="):
        escaping = call.values[1][7:]
        if escaping not in ("default", "json", "none"):
            raise Refused(f'unknown log format escaping "{escaping}"', 1)


SETTERS = Setters(
    {
        "limit_req_zone": _limit_zone,
        "limit_conn_zone": _limit_zone,
        "limit_req": _limit_req,
        "limit_conn": _limit_conn,
        "access_log": _access_log,
        "error_log": _error_log,
        "log_format": _log_format,
        **dict.fromkeys(
            ("proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path"), _cache_path
        ),
    }
)
