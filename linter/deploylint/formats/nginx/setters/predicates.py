"""Yes or no for the kinds of values that parameters have."""

from collections.abc import Callable, Mapping, Sequence

from deploylint.formats.nginx.setters.call import Refused, is_read_by, natural
from deploylint.values.address import ipv6
from deploylint.values.durations import parse_nginx_milliseconds, parse_nginx_seconds
from deploylint.values.sizes import parse_nginx_offset, parse_nginx_size

Predicate = Callable[[str], bool]


def is_number(text: str) -> bool:
    return natural(text) is not None


def is_positive(text: str) -> bool:
    return bool(natural(text))


def is_seconds(text: str) -> bool:
    return is_read_by(parse_nginx_seconds, text)


def is_milliseconds(text: str) -> bool:
    return is_read_by(parse_nginx_milliseconds, text)


def is_size(text: str) -> bool:
    return is_read_by(parse_nginx_size, text)


def is_offset(text: str) -> bool:
    return is_read_by(parse_nginx_offset, text)


def is_on_or_off(text: str) -> bool:
    return text in ("on", "off")


def is_inet(text: str) -> bool:
    """An IPv4 address as ngx_inet_addr reads it: four numbers up to 255, of which any may be empty or begin with 0."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        not part or (is_number(part) and (natural(part) or 0) <= 255) for part in parts
    )


def is_network(text: str) -> bool:
    """An address with or without the length of its prefix (ngx_ptocidr)."""
    address, slash, prefix = text.partition("/")
    version4 = is_inet(address)
    if not version4 and (ipv6(address) is None or "%" in address):
        return False
    length = natural(prefix) if slash else 0
    return length is not None and length <= (32 if version4 else 128)


def check_parameters(
    values: Sequence[str],
    start: int,
    named: Mapping[str, tuple[Predicate, str]],
    flags: frozenset[str] = frozenset(),
    unknown: str = 'invalid parameter "%s"',
) -> None:
    """Each argument from `start` on is one of the flags or begins with one of the names, which end with `=`.

    A name has a predicate for what follows, and the message for a value that does not satisfy it, in which `%s` stands
    for the whole argument.
    """
    for at, value in enumerate(values[start:], start):
        if value in flags:
            continue
        name, equals, rest = value.partition("=")
        known = named.get(name + equals) if equals else None
        if known is None:
            takes = sorted(flags) + sorted(f"{one}..." for one in named)
            raise Refused(unknown.replace("%s", value), at, f"it takes: {', '.join(takes)}")
        if not known[0](rest):
            raise Refused(known[1].replace("%s", value), at)
