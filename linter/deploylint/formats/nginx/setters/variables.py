"""Variables in the arguments of directives: which arguments are templates, and what a template may look like.

Source: ngx_http_script_compile and ngx_stream_script_compile, which know `$name`, `${name}` and the captures `$1` to
`$9`; nothing escapes a dollar sign.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.conditions import MATCHES, condition
from deploylint.pattern import ASCII, pattern
from deploylint.vocabulary import nginx as vocabulary

_REFERENCE = pattern(r"\$(?:([1-9])|\{(\w*+)(\}?)|(\w*+))", ASCII)


def references(text: str) -> Iterator[str]:
    """The names of the variables in a template; raises `Refused`."""
    if "$" not in text:
        return
    for match in _REFERENCE.finditer(text):
        capture, braced, closing, plain = match.groups()
        if capture:
            continue
        if braced is not None and not closing:
            if match.end() == len(text) and not braced:
                raise Refused("invalid variable name")
            raise Refused(f'the closing bracket in "{braced}" variable is missing')
        name = braced or plain
        if not name:
            raise Refused("invalid variable name", 0, "a dollar sign begins a variable; nothing escapes it")
        yield name


_Places = Callable[[Sequence[str]], Sequence[int]]


def _first(_values: Sequence[str]) -> Sequence[int]:
    return (0,)


def _second(_values: Sequence[str]) -> Sequence[int]:
    return (1,)


def _last(values: Sequence[str]) -> Sequence[int]:
    return (len(values) - 1,)


def _all(values: Sequence[str]) -> Sequence[int]:
    return range(len(values))


def _return(values: Sequence[str]) -> Sequence[int]:
    return (len(values) - 1,) if len(values) > 1 or not values[0].isdigit() else ()


def _unless_regex(values: Sequence[str]) -> Sequence[int]:
    return range(1 if values[0].startswith("~") else 0, len(values)) if len(values) > 1 else ()


def _log_format(values: Sequence[str]) -> Sequence[int]:
    return range(2 if values[1:2] and values[1].startswith("escape=") else 1, len(values))


def _access_log(values: Sequence[str]) -> Sequence[int]:
    plain = values[0] == "off" or values[0].startswith("syslog:")
    return [
        at for at, value in enumerate(values) if (at == 0 and not plain) or (at and value.startswith("if="))
    ]


_PASSED = ("proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached")
_CACHED = ("proxy", "fastcgi", "uwsgi", "scgi")
_TEMPLATES: Mapping[str, _Places] = {
    **dict.fromkeys(
        ("root", "alias", "auth_basic", "limit_rate", "limit_rate_after", "hash", "limit_req_zone"), _first
    ),
    **dict.fromkeys(("limit_conn_zone", "map", "split_clients", "secure_link", "secure_link_md5"), _first),
    **dict.fromkeys(("proxy_method", "proxy_set_body", "proxy_download_rate", "proxy_upload_rate"), _first),
    **dict.fromkeys(("ssl_certificate", "ssl_certificate_key", "auth_basic_user_file"), _first),
    **dict.fromkeys((f"{family}_pass" for family in _PASSED), _first),
    **dict.fromkeys((f"{family}_bind" for family in _PASSED), _first),
    **dict.fromkeys((f"{family}_store" for family in _CACHED), _first),
    **dict.fromkeys((f"{family}_cache" for family in _CACHED), _first),
    **dict.fromkeys((f"{family}_cache_key" for family in _CACHED), _first),
    **dict.fromkeys((f"{family}_cache_bypass" for family in _CACHED), _all),
    **dict.fromkeys((f"{family}_no_cache" for family in _CACHED), _all),
    **dict.fromkeys((f"{family}_param" for family in _CACHED[1:]), _second),
    **dict.fromkeys((f"{family}_ssl_name" for family in ("proxy", "uwsgi", "grpc")), _first),
    **dict.fromkeys((f"{family}_ssl_certificate" for family in ("proxy", "uwsgi", "grpc")), _first),
    **dict.fromkeys((f"{family}_ssl_certificate_key" for family in ("proxy", "uwsgi", "grpc")), _first),
    **dict.fromkeys(("proxy_set_header", "grpc_set_header", "add_header", "add_trailer", "set"), _second),
    **dict.fromkeys(("rewrite", "auth_request_set"), _second),
    **dict.fromkeys(("error_page", "expires"), _last),
    **dict.fromkeys(("index", "try_files", "sub_filter"), _all),
    **dict.fromkeys(
        ("proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags"), _unless_regex
    ),
    "disable_symlinks": lambda values: [at for at, value in enumerate(values) if value.startswith("from=")],
    "return": _return,
    "access_log": _access_log,
    "log_format": _log_format,
}
# Arguments that are one variable or none, by name alone.
_VARIABLES = {"geo": (0,), "charset": (0,), "source_charset": (0,), "override_charset": ()}
NAMES = (*_TEMPLATES, "if", "geo", "charset", "source_charset")
"""The directives that use variables."""


def used(call: Call) -> Iterator[tuple[int, str]]:
    """The variables that a directive uses, with the number of the argument; raises `Refused`."""
    if call.name == "if":
        yield from _in_condition(call)
        return
    if call.name in _VARIABLES:
        places = _VARIABLES[call.name] if call.name != "geo" or len(call.values) == 2 else ()
        for at in places:
            if call.values[at].startswith("$"):
                yield at, call.values[at][1:]
        return
    if call.name == "memcached_pass":
        yield 0, "memcached_key"
    for value in call.values:
        if "$" in value:
            yield from _in_templates(call)
            return


def _in_templates(call: Call) -> Iterator[tuple[int, str]]:
    for at in _TEMPLATES[call.name](call.values):
        if at >= len(call.values):
            continue
        try:
            for name in references(call.values[at]):
                yield at, name
        except Refused as refused:
            raise Refused(refused.message, at, refused.help) from None


def _in_condition(call: Call) -> Iterator[tuple[int, str]]:
    try:
        parts = condition(call.values)
    except Refused:
        return
    if parts.kind != "file_test":
        yield parts.at, parts.first[1:]
    if parts.operator is not None and parts.operator not in MATCHES:
        try:
            for name in references(parts.last):
                yield parts.end, name
        except Refused as refused:
            raise Refused(refused.message, parts.end, refused.help) from None


def defined(name: str, values: tuple[str, ...]) -> str | None:
    """The variable that a directive makes, without the dollar sign: `set`, `map` and their kin."""
    at = _MAKERS.get(name)
    if at is None or not values:
        return None
    at = at if at >= 0 else len(values) - 1
    return values[at][1:] if at < len(values) and values[at].startswith("$") else None


_MAKERS = {
    "set": 0, "auth_request_set": 0, "map": 1, "split_clients": 1, "geo": -1, "perl_set": 0, "js_set": 0, "js_var": 0,
    "keyval": 1, "num_map": 1,
    **dict.fromkeys(vocabulary.variable_makers(), 0),
}  # fmt: skip
MAKERS = frozenset(_MAKERS)
# Variables of nginx itself that may be set (NGX_HTTP_VAR_CHANGEABLE in the tables of the modules); `$ssl_...` and
# `$uid_...` may be, too.
_CHANGEABLE = frozenset(
    {
        "args",
        "limit_rate",
        "proxy_host",
        "proxy_port",
        "msie",
        "modern_browser",
        "ancient_browser",
        "invalid_referer",
    }
)


def may_be_set(name: str) -> bool:
    """Whether nginx lets a configuration define a variable that it has itself."""
    name = name.lower()
    return name in _CHANGEABLE or name.startswith(("ssl_", "uid_"))


def _check(call: Call) -> None:
    for _ in used(call):
        pass


SETTERS = Setters(dict.fromkeys(NAMES, _check))
