"""Which arguments are regular expressions, and whether PCRE2 takes them."""

from collections.abc import Iterator

from deploylint.formats.nginx.setters.call import Call, Refused, Setters
from deploylint.formats.nginx.setters.conditions import MATCHES, condition
from deploylint.formats.nginx.setters.locations import matcher_of
from deploylint.values.errors import InvalidValue
from deploylint.values.pcre import check_pattern, named_groups

_MARKED = frozenset(
    {"server_name", "valid_referers", "proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path"}
)
_TWO_CAPTURES = "fastcgi_split_path_info"
NAMES = ("location", "if", "rewrite", "gzip_disable", "proxy_cookie_flags", _TWO_CAPTURES, *sorted(_MARKED))
"""The directives that take regular expressions."""


def patterns(name: str, values: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The regular expressions of a directive with the numbers of their arguments."""
    if name == "location":
        own = matcher_of(values)
        if own is not None and own.is_regex:
            yield own.word, own.name
    elif name == "if":
        yield from _of_condition(values)
    elif name in ("rewrite", _TWO_CAPTURES):
        yield 0, values[0]
    elif name == "gzip_disable":
        yield from ((at, value) for at, value in enumerate(values) if value != "msie6")
    elif name in ("server_name", "valid_referers"):
        yield from (
            (at, value[1:]) for at, value in enumerate(values) if value.startswith("~") and value != "~"
        )
    elif len(values) > 1 and values[0].startswith("~"):
        caseless = name in ("proxy_redirect", "proxy_cookie_path") and values[0].startswith("~*")
        yield 0, values[0][2 if caseless else 1 :]


def _of_condition(values: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    try:
        parts = condition(values)
    except Refused:
        return
    if parts.operator in MATCHES:
        yield parts.end, parts.last


def of_key(key: str) -> str | None:
    """The regular expression of a key of a `map`, None for another key."""
    if not key.startswith("~"):
        return None
    return key[2:] if key.startswith("~*") else key[1:]


def names(name: str, values: tuple[str, ...]) -> Iterator[str]:
    """The variables that named groups make."""
    for _, pattern in patterns(name, values):
        yield from named_groups(pattern)


def check(pattern: str, argument: int) -> None:
    """Raise `Refused` with nginx's own words for a pattern that PCRE2 refuses."""
    try:
        check_pattern(pattern)
    except InvalidValue as error:
        where = pattern[error.offset :]
        at = f' at "{where}"' if where else ""
        raise Refused(f'pcre2_compile() failed: {error.message} in "{pattern}"{at}', argument) from None


def _check(call: Call) -> None:
    for at, pattern in patterns(call.name, call.values):
        check(pattern, at)
        if call.name == _TWO_CAPTURES and pattern.count("(") < 2:
            raise Refused(f'pattern "{pattern}" must have 2 captures', at)


SETTERS = Setters(dict.fromkeys(NAMES, _check))
