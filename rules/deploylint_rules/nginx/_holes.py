"""Published holes of nginx that a directive opens, with the releases that have them.

Releases and triggers are those of https://nginx.org/en/security_advisories.html, of the CVE records of F5 and of
the commits that correct them, as of nginx 1.31.9 and 1.30.7 (2026-11-18). Left out is what needs an attacker behind
nginx, in the application or between the two, and CVE-2026-93479 and -125283, whose records do not name what opens them.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.document import Chain
from deploylint.formats.nginx import Block, Entry, File, Statement
from deploylint.formats.nginx.captures import groups, nested
from deploylint.formats.nginx.configuration import Configuration
from deploylint.formats.nginx.scope import Place
from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_size
from deploylint.vocabulary.nginx import Version

_Range = tuple[Version, Version]
_NUMBERED = pattern(r"\$\{?([1-9])")
_VARIABLE = pattern(r"\$\{?([A-Za-z_]\w*+|[1-9])")
_BIG_HEADERS = 2 << 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A statement, where it stands, and the release that is to run it."""

    statement: Statement
    chain: Chain
    file: File
    configuration: Configuration
    version: Version

    @property
    def places(self) -> Iterator[Place]:
        for bodies in self.configuration.places(self.file, self.chain):
            yield Place(self.configuration, bodies)

    def holds(self, name: str, *values: str) -> bool:
        """Whether a directive that holds here has one of these arguments, or any at all where none are given."""
        return any(
            not values or value in values
            for place in self.places
            for statement in place.get(name)
            for value in statement.values
        )

    @property
    def followers(self) -> list[Statement]:
        """What stands behind it in its block."""
        siblings = self.chain[0].children if self.chain else self.file.children
        return siblings[siblings.index(self.statement) + 1 :]


Opened = Callable[[Spot], bool]


def _argument(word: str) -> Opened:
    return lambda spot: word in spot.statement.values


def _tls13(spot: Spot) -> bool:
    """TLS 1.3 is on by default since 1.23.4."""
    if "ssl" not in spot.statement.values:
        return False
    if spot.holds("ssl_protocols"):
        return spot.holds("ssl_protocols", "TLSv1.3")
    return spot.version >= (1, 23, 4)


def _arguments_then_captures(spot: Spot) -> bool:
    """`rewrite ^(.*) /new?c=1; set $x $1;`: the escaping of arguments is never switched off."""
    values = spot.statement.values
    if (
        len(values) != 2
        or "?" not in values[1].removesuffix("?")
        or values[1].startswith(("http", "$scheme"))
    ):
        return False
    return any(
        statement.name in {"set", "if", "rewrite"} and any(map(_NUMBERED.search, statement.values))
        for statement in spot.followers
    )


def _overlapping_captures(spot: Spot) -> bool:
    """`rewrite ^/((.*))$ /?$1$2;`: room is kept for one of the two; with variables nginx counts anew."""
    values = spot.statement.values
    if len(values) < 2 or any(not name.isdecimal() for name in _VARIABLE.findall(values[1])):
        return False
    used = {int(number) for number in _NUMBERED.findall(values[1])}
    escaped = (
        "?" in values[1].removesuffix("?")
        or values[1].startswith(("http://", "https://"))
        or values[-1] in {"redirect", "permanent"}
    )
    return escaped and any(outer in used and inner in used for outer, inner in nested(values[0]))


def _captures_before_map(spot: Spot) -> bool:
    """`"$1$mapped"`: evaluating the map changes the captures that have been measured already."""
    maps = _captured_by_maps(spot.configuration)
    for value in spot.statement.values:
        seen: set[str] = set()
        for name in map(str.lower, _VARIABLE.findall(value)):
            if seen & maps.get(name, set()):
                return True
            seen.add(name)
    return False


@lru_cache(maxsize=1)
def _captured_by_maps(configuration: Configuration) -> dict[str, set[str]]:
    """The groups that the patterns of each map capture, by the map's variable."""
    found: dict[str, set[str]] = {}
    for file in configuration.every_file():
        for block in (*file.at_top("map"), *(inner for http in file.at_top("http") for inner in _maps(http))):
            if not isinstance(block, Block) or len(block.values) != 2:
                continue
            for entry in block.children:
                if isinstance(entry, Entry) and entry.name.startswith("~"):
                    captured = groups(entry.name.lstrip("~*")) or {}
                    found.setdefault(block.values[1].lower().removeprefix("$"), set()).update(
                        name.lower() for name in captured
                    )
    return found


def _maps(http: Statement) -> list[Statement]:
    children = http.children if isinstance(http, Block) else []
    return [child for child in children if child.name == "map"]


def _copies_under_alias(spot: Spot) -> bool:
    return bool({"COPY", "MOVE"} & set(spot.statement.values)) and any(
        place.own("alias") for place in spot.places
    )


def _beside_rewrite(spot: Spot) -> bool:
    """The location's own `rewrite`, or one of an `if` in it."""
    siblings = spot.chain[0].children if spot.chain else []
    return any(
        child.name == "rewrite"
        or (
            child.name == "if"
            and isinstance(child, Block)
            and any(one.name == "rewrite" for one in child.children)
        )
        for child in siblings
    )


def _sliced_with_captures(spot: Spot) -> bool:
    siblings = spot.chain[0].children if spot.chain else []
    return spot.statement.values != ("0",) and (
        spot.holds("proxy_cache_background_update", "on")
        or any(_NUMBERED.search(value) for child in siblings for value in child.values)
    )


def _client_certificates(spot: Spot) -> bool:
    """Another virtual server is where the session comes from."""
    if "off" in spot.statement.values:
        return False
    return any(
        len(place.configuration.level(outer).get("server")) > 1
        for place in spot.places
        for outer in place.bodies
    )


def _big_headers(spot: Spot) -> bool:
    if "off" not in spot.statement.values:
        return False
    try:
        return any(
            parse_nginx_size(statement.values[1]) > _BIG_HEADERS
            for place in spot.places
            for statement in place.get("large_client_header_buffers")
            if len(statement.values) == 2
        )
    except InvalidValue:
        return False


def _always(_: Spot) -> bool:
    return True


def _upto(first: Version, stable: Version, mainline: Version) -> tuple[_Range, ...]:
    """From one release to the last ones of the stable and the mainline branch that lack the correction."""
    return (first, stable), ((mainline[0], mainline[1], 0), mainline)


_MP4_2026 = _upto((1, 1, 19), (1, 28, 2), (1, 29, 6))
_QUIC_2024 = (((1, 25, 0), (1, 25, 5)), ((1, 26, 0), (1, 26, 0)))

HOLES: dict[str, tuple[tuple[str, Opened, tuple[_Range, ...]], ...]] = {
    "mp4": (
        (
            "CVE-2022-41741",
            _always,
            (((1, 0, 7), (1, 0, 15)), ((1, 1, 3), (1, 22, 0)), ((1, 23, 0), (1, 23, 1))),
        ),
        ("CVE-2024-7347", _always, _upto((1, 5, 13), (1, 26, 1), (1, 27, 0))),
        ("CVE-2026-27784", _always, _MP4_2026),
        ("CVE-2026-32647", _always, _MP4_2026),
    ),
    "resolver": (
        ("CVE-2021-23017", _always, (((0, 6, 18), (1, 20, 0)),)),
        ("CVE-2026-123634", _always, _upto((0, 6, 18), (1, 30, 6), (1, 31, 8))),
    ),
    "listen": (
        ("CVE-2018-16843", _argument("http2"), _upto((1, 9, 5), (1, 14, 0), (1, 15, 5))),
        ("CVE-2019-9511", _argument("http2"), _upto((1, 9, 5), (1, 16, 0), (1, 17, 2))),
        ("CVE-2026-123007", _argument("http2"), _upto((1, 9, 5), (1, 30, 6), (1, 31, 8))),
        ("CVE-2024-24990", _argument("quic"), (((1, 25, 0), (1, 25, 3)),)),
        ("CVE-2024-31079", _argument("quic"), _QUIC_2024),
        ("CVE-2026-40460", _argument("quic"), (((1, 25, 0), (1, 30, 0)),)),
        ("CVE-2026-42530", _argument("quic"), (((1, 31, 0), (1, 31, 1)),)),
        ("CVE-2026-121810", _argument("quic"), _upto((1, 25, 0), (1, 30, 6), (1, 31, 8))),
        ("CVE-2026-118899", _tls13, _upto((1, 13, 0), (1, 30, 6), (1, 31, 8))),
    ),
    "http2": (("CVE-2026-123007", _argument("on"), _upto((1, 25, 1), (1, 30, 6), (1, 31, 8))),),
    "rewrite": (
        ("CVE-2026-9256", _overlapping_captures, _upto((0, 1, 17), (1, 30, 1), (1, 31, 0))),
        ("CVE-2026-42945", _arguments_then_captures, (((0, 6, 27), (1, 30, 0)),)),
    ),
    "proxy_set_body": (
        (
            "CVE-2026-42926",
            lambda spot: spot.holds("proxy_http_version", "2"),
            (((1, 29, 4), (1, 30, 0)),),
        ),
    ),
    "dav_methods": (("CVE-2026-27654", _copies_under_alias, _upto((0, 5, 13), (1, 28, 2), (1, 29, 6))),),
    "alias": (("CVE-2026-15176", _beside_rewrite, _upto((0, 1, 29), (1, 30, 5), (1, 31, 6))),),
    "slice": (("CVE-2026-60005", _sliced_with_captures, _upto((1, 15, 8), (1, 30, 3), (1, 31, 2))),),
    "charset_map": (
        ("CVE-2026-42934", _argument("utf-8"), (((0, 3, 50), (1, 30, 0)),)),
        ("CVE-2026-48142", _argument("utf-8"), _upto((0, 3, 50), (1, 30, 2), (1, 31, 1))),
    ),
    "ignore_invalid_headers": (("CVE-2026-42055", _big_headers, _upto((1, 13, 10), (1, 30, 2), (1, 31, 1))),),
    "ssl_verify_client": (
        ("CVE-2025-23419", _client_certificates, _upto((1, 11, 4), (1, 26, 2), (1, 27, 3))),
    ),
    "ssl_ocsp": (
        ("CVE-2026-40701", lambda spot: "off" not in spot.statement.values, (((1, 19, 0), (1, 30, 0)),)),
    ),
    "ssl_preread": (("CVE-2026-123640", _argument("on"), _upto((1, 15, 2), (1, 30, 6), (1, 31, 8))),),
    "mail": (("CVE-2026-113425", _always, _upto((0, 5, 33), (1, 30, 6), (1, 31, 8))),),
}
# In whatever directive the text stands that is put together.
ANYWHERE = (("CVE-2026-42533", _captures_before_map, _upto((0, 9, 6), (1, 30, 3), (1, 31, 2))),)


def open_in(spot: Spot) -> list[str]:
    """The holes that the statement opens in the release."""
    asked = HOLES.get(spot.statement.name, ())
    if "$" in "".join(spot.statement.values) and spot.statement.name != "map":
        asked += ANYWHERE
    return [
        name
        for name, is_open, ranges in asked
        if any(first <= spot.version <= last for first, last in ranges) and is_open(spot)
    ]
