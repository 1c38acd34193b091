"""Directives of http with arguments of their own kinds (src/http/ and src/http/modules/ of nginx 1.22.1)."""

from deploylint.formats.nginx.setters.call import Call, Refused, Setters, natural
from deploylint.formats.nginx.setters.hostnames import DECLINED, add_name
from deploylint.formats.nginx.setters.predicates import (
    check_parameters,
    is_inet,
    is_milliseconds,
    is_number,
    is_offset,
    is_on_or_off,
    is_positive,
    is_seconds,
    is_size,
)
from deploylint.pattern import ASCII, pattern
from deploylint.values.address import ipv6
from deploylint.values.errors import InvalidValue
from deploylint.values.upstream import upstream_server

_BROWSERS = frozenset({"msie", "gecko", "opera", "safari", "konqueror", "unlisted"})
_DAY = 24 * 60 * 60
_VERSION = pattern(r"[\d.]*+", ASCII)


def _error_page(call: Call) -> None:
    last = len(call.values) - 1
    answer = call.values[last - 1].startswith("=")
    if answer and (last == 1 or (call.values[last - 1] != "=" and not is_number(call.values[last - 1][1:]))):
        raise Refused(f'invalid value "{call.values[last - 1]}"', last - 1)
    for at, value in enumerate(call.values[: last - answer]):
        status = natural(value)
        if status is None or status == 499:
            raise Refused(f'invalid value "{value}"', at, "write the status codes first, then the page")
        if not 300 <= status <= 599:
            raise Refused(f'value "{value}" must be between 300 and 599', at)


def _expires(call: Call) -> None:
    modified = len(call.values) == 2
    if modified and call.values[0] != "modified":
        raise Refused('"expires" directive invalid value')
    text = call.values[-1]
    at = len(call.values) - 1
    if "$" in text or (not modified and text in ("epoch", "max", "off")):
        return
    if text.startswith("@") and modified:
        raise Refused('"expires" directive daily time cannot be used with "modified" parameter', at)
    span = text[1:] if text[:1] in ("@", "+", "-") else text
    if not is_seconds(span):
        raise Refused(
            '"expires" directive invalid value', at, "write a time such as 30d, or epoch, max or off"
        )
    if text.startswith("@") and _seconds(span) > _DAY:
        raise Refused('"expires" directive daily time value must be less than 24 hours', at)


def _seconds(text: str) -> float:
    from deploylint.values.durations import parse_nginx_seconds  # noqa: PLC0415  rarely needed

    return parse_nginx_seconds(text)


def _keepalive_timeout(call: Call) -> None:
    if not is_milliseconds(call.values[0]):
        raise Refused('"keepalive_timeout" directive invalid value', 0, "write a time such as 65s")
    if len(call.values) == 2 and not is_seconds(call.values[1]):
        raise Refused('"keepalive_timeout" directive invalid value', 1)


def _add_header(call: Call) -> None:
    if len(call.values) == 3 and call.values[2] != "always":
        raise Refused(f'invalid parameter "{call.values[2]}"', 2, "a value with blanks needs quotes")


def _open_file_cache(call: Call) -> None:
    unknown = f'invalid "{call.name}" parameter "%s"'
    logs = call.name == "open_log_file_cache"
    named = {"max=": (is_number if logs else is_positive, unknown), "inactive=": (is_seconds, unknown)}
    if logs:
        named |= {"min_uses=": (is_number, unknown), "valid=": (is_seconds, unknown)}
    check_parameters(call.values, 0, named, frozenset({"off"}), unknown)
    if "off" not in call.values and not any(
        value.startswith("max=") and value[4:].strip("0") for value in call.values
    ):
        the = "" if logs else "the "
        raise Refused(f'"{call.name}" must have {the}"max" parameter', None)


def _directio(call: Call) -> None:
    if call.values[0] != "off" and not is_offset(call.values[0]):
        raise Refused('"directio" directive invalid value')


def _aio(call: Call) -> None:
    text = call.values[0]
    if text not in ("on", "off", "threads") and not text.startswith("threads="):
        raise Refused('"aio" directive invalid value', 0, "it takes: on, off, threads")


def _symlinks(call: Call) -> None:
    known = {"off", "if_not_owner", "on"}
    for at, value in enumerate(call.values):
        if value not in known and not value.startswith("from="):
            raise Refused(f'invalid parameter "{value}"', at)
    given = [value for value in call.values if value in known]
    if not given:
        raise Refused('"disable_symlinks" must have "off", "on" or "if_not_owner" parameter', None)
    if len(call.values) == 2 and len(given) == 2:
        raise Refused(f'duplicate parameters "{call.values[0]} {call.values[1]}"', 1)
    if len(call.values) == 2 and given[-1] == "off":
        raise Refused('"from=" cannot be used with "off" parameter', 1)


def _try_files(call: Call) -> None:
    last = call.values[-1]
    if last.startswith("=") and ((natural(last[1:]) is None) or (natural(last[1:]) or 0) > 999):
        raise Refused(f'invalid code "{last[1:]}"', len(call.values) - 1)


def _cache_valid(call: Call) -> None:
    last = len(call.values) - 1
    if not is_seconds(call.values[last]):
        raise Refused(
            f'invalid time value "{call.values[last]}"', last, "the time comes last, after the status codes"
        )
    for at, value in enumerate(call.values[:last]):
        if value != "any" and not 100 <= (natural(value) or 0) <= 599:
            raise Refused(f'invalid status "{value}"', at)


def _redirect(call: Call) -> None:
    if len(call.values) == 1 and call.values[0] not in ("off", "default"):
        raise Refused(f'invalid parameter "{call.values[0]}"', 0, "write what to replace and with what")


def _cookie(call: Call) -> None:
    if len(call.values) == 1 and call.values[0] != "off":
        raise Refused(f'invalid parameter "{call.values[0]}"')


def _param(call: Call) -> None:
    if len(call.values) == 3 and call.values[2] != "if_not_empty":
        raise Refused(f'invalid parameter "{call.values[2]}"', 2, "a value with blanks needs quotes")


def _set(call: Call) -> None:
    if len(call.values[0]) < 2 or not call.values[0].startswith("$"):
        raise Refused(f'invalid variable name "{call.values[0]}"', 0, "a name begins with a dollar sign")


def _sub_filter(call: Call) -> None:
    if not call.values[0]:
        raise Refused("empty search pattern")


def _browser(call: Call) -> None:
    if call.values[0] == "unlisted":
        return
    if len(call.values) == 2:
        if not _VERSION.fullmatch(call.values[1]):
            raise Refused(f'invalid browser version "{call.values[1]}"', 1)
        if call.values[0] not in _BROWSERS:
            raise Refused(f'unknown browser name "{call.values[0]}"')


def _userid_expires(call: Call) -> None:
    if call.values[0] not in ("max", "off") and not is_seconds(call.values[0]):
        raise Refused('"userid_expires" directive invalid value')


def _userid_mark(call: Call) -> None:
    text = call.values[0]
    if text != "off" and not (len(text) == 1 and text.isascii() and (text.isalnum() or text == "=")):
        raise Refused('"userid_mark" directive value must be "off" or a single letter, digit or "="')


def _referers(call: Call) -> None:
    seen: set[str] = set()
    for at, value in enumerate(call.values):
        if "://" in value:
            raise Refused(f'invalid referer "{value}"', at, "write the host without the scheme")
        if value in ("none", "blocked", "server_names") or value.startswith("~"):
            continue
        host = value.partition("/")[0].lower()
        problem = add_name(host, seen) if host else None
        if problem == DECLINED or (problem and "/" not in value):
            raise Refused(f'{problem} "{host}"', at)


def _bind(call: Call) -> None:
    text = call.values[0]
    if len(call.values) == 2 and call.values[1] != "transparent":
        raise Refused(f'invalid parameter "{call.values[1]}"', 1)
    if text == "off" or "$" in text:
        return
    host, colon, port = text.rpartition(":")
    bare = text.removeprefix("[").removesuffix("]")
    if is_inet(text) or ipv6(bare) is not None:
        return
    host = host.removeprefix("[").removesuffix("]")
    if colon and is_number(port) and (is_inet(host) or ipv6(host) is not None):
        return
    raise Refused(f'invalid address "{text}"')


def _resolver(call: Call) -> None:
    flags = {
        "valid=": (is_seconds, "invalid parameter: %s"),
        "ipv6=": (is_on_or_off, "invalid parameter: %s"),
    }
    if call.target >= (1, 23, 1):
        flags["ipv4="] = (is_on_or_off, "invalid parameter: %s")
    for at, value in enumerate(call.values):
        name, equals, rest = value.partition("=")
        if name + equals in flags:
            if not flags[name + equals][0](rest):
                raise Refused(f"invalid parameter: {value}", at)
            continue
        try:
            upstream_server(value)
        except InvalidValue as error:
            raise Refused(f'{error.message} in resolver "{value}"', at) from None
    if all(value.partition("=")[0] + "=" in flags and "=" in value for value in call.values):
        raise Refused("no name servers defined", None)


def _session_cache(call: Call) -> None:
    for at, value in enumerate(call.values):
        name, colon, size = value.partition(":")
        if value in ("off", "none", "builtin"):
            continue
        if name == "builtin" and colon and is_positive(size):
            continue
        zone, second, amount = size.partition(":")
        if name == "shared" and colon and zone and second and is_size(amount):
            from deploylint.values.sizes import parse_nginx_size  # noqa: PLC0415  rarely needed

            if parse_nginx_size(amount) >= 8 * 4096:
                continue
            raise Refused(f'session cache "{value}" is too small', at)
        raise Refused(
            f'invalid session cache "{value}"', at, "write shared:NAME:SIZE, such as shared:TLS:10m"
        )


SETTERS = Setters(
    {
        "error_page": _error_page,
        "expires": _expires,
        "add_header": _add_header,
        "add_trailer": _add_header,
        "open_file_cache": _open_file_cache,
        "open_log_file_cache": _open_file_cache,
        "directio": _directio,
        "aio": _aio,
        "disable_symlinks": _symlinks,
        "try_files": _try_files,
        "set": _set,
        "auth_request_set": _set,
        "sub_filter": _sub_filter,
        "modern_browser": _browser,
        "userid_expires": _userid_expires,
        "userid_mark": _userid_mark,
        "valid_referers": _referers,
        "resolver": _resolver,
        "ssl_session_cache": _session_cache,
        **dict.fromkeys(("fastcgi_param", "uwsgi_param", "scgi_param"), _param),
        "proxy_redirect": _redirect,
        "proxy_cookie_domain": _cookie,
        "proxy_cookie_path": _cookie,
        "proxy_cookie_flags": _cookie,
        **dict.fromkeys(
            ("proxy_cache_valid", "fastcgi_cache_valid", "uwsgi_cache_valid", "scgi_cache_valid"),
            _cache_valid,
        ),
        **dict.fromkeys(
            ("proxy_bind", "fastcgi_bind", "uwsgi_bind", "scgi_bind", "grpc_bind", "memcached_bind"), _bind
        ),
    }
)
TIMEOUTS = Setters({"keepalive_timeout": _keepalive_timeout})
