"""What a variable may hold when a request comes: does the client choose it, can it carry a line break, a slash?

Variables are followed through `set`, `map` and the captures of regular expressions, included files in
place. nginx decodes and merges the path before it matches locations and fills `$uri`, so that `%0a` is a
line feed there; `$request_uri`, `$args` and headers are what came over the wire and hold none
(ngx_http_parse_complex_uri and ngx_http_parse_header_line in ngx_http_parse.c).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from deploylint.dataclass import dataclass, replace
from deploylint.formats.nginx.configuration import Body, Configuration
from deploylint.formats.nginx.nodes import Block, Statement
from deploylint.formats.nginx.relations.definitions import definitions
from deploylint.formats.nginx.scope import Place, matcher
from deploylint.formats.nginx.setters.call import Refused
from deploylint.formats.nginx.setters.conditions import MATCHES, condition
from deploylint.formats.nginx.setters.variables import may_be_set
from deploylint.pattern import pattern
from deploylint.typed import TYPE_CHECKING
from deploylint.vocabulary import nginx as vocabulary

if TYPE_CHECKING:
    from deploylint.formats.nginx.captures import Captured

_REFERENCE = pattern(r"\$(?:\{(\w+)\}|(\w+))")
_DEPTH = 6
# The blocks that give a variable its values.
_MAKERS = ("map", "geo", "split_clients")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a text may hold at run time.

    `client`: who sends the request chooses it, at least in part. `slash`: a slash or a question mark may come.
    `rooted`: it begins with a slash. `pinned`: fixed text stands at its end.
    `source`: the built-in variable or the pattern that brings it in, for messages.
    """

    client: bool = False
    line_break: bool = False
    slash: bool = False
    dot: bool = False
    colon: bool = False
    rooted: bool = False
    pinned: bool = False
    source: str = ""

    def __or__(self, other: "Contents") -> "Contents":
        """Either of two."""
        return Contents(
            self.client or other.client,
            self.line_break or other.line_break,
            self.slash or other.slash,
            self.dot or other.dot,
            self.colon or other.colon,
            self.rooted and other.rooted,
            self.pinned and other.pinned,
            other.source if other.line_break and not self.line_break else self.source or other.source,
        )


NOTHING = Contents()

_ANY = {"client": True, "slash": True, "dot": True, "colon": True}
_BUILT_IN = {
    "uri": Contents(**_ANY, line_break=True, rooted=True, source="$uri"),
    "document_uri": Contents(**_ANY, line_break=True, rooted=True, source="$document_uri"),
    "request_body": Contents(**_ANY, line_break=True, source="$request_body"),
    "request_uri": Contents(**_ANY, rooted=True, source="$request_uri"),
    "args": Contents(**_ANY, source="$args"),
    "query_string": Contents(**_ANY, source="$query_string"),
    "content_type": Contents(**_ANY, source="$content_type"),
    "host": Contents(client=True, dot=True, source="$host"),
    "http_host": Contents(client=True, dot=True, colon=True, source="$http_host"),
}
_CLIENT_PREFIXES = ("arg_", "http_", "cookie_")
# Nobody who sends a request chooses these.
_SERVER_SIDE = frozenset(
    {"request_method", "scheme", "server_name", "server_port", "server_addr", "remote_addr"}
)


def references(text: str) -> Sequence[tuple[str, int, int]]:
    """The variables of a text in small letters with where each begins and ends in it."""
    return _references(text) if "$" in text else ()


@lru_cache(maxsize=1024)
def _references(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for match in _REFERENCE.finditer(text):
        name = match[1] or match[2]
        if match[2] and name[0].isdigit():
            found.append((name[0], match.start(), match.start() + 2))
        else:
            found.append((name.lower(), match.start(), match.end()))
    return found


def may_break(name: str, configuration: Configuration) -> bool:
    """Whether a variable, in small letters, may hold a line break of the client's somewhere."""
    if name.isdigit() or name in definitions(configuration).moving:
        return True
    held = _built_in(name)
    return held is not None and held.line_break


@lru_cache(maxsize=1024)
def never_breaks(name: str) -> bool:
    """Whether a variable, in small letters, is one that nginx alone fills, without line breaks."""
    if not vocabulary.is_fixed_variable(name, stream=False, target=None) or may_be_set(name):
        return False
    held = _built_in(name)
    return held is None or not held.line_break


def contents(place: Place, statement: Statement, name: str) -> Contents | None:
    """What a variable, without its dollar sign, may hold where a statement stands; None when nobody can tell."""
    return _contents(place, statement, name.lower(), _DEPTH)


def _text(place: Place, statement: Statement, text: str, depth: int) -> Contents | None:
    if "$" not in text:
        return _fixed(text)
    total = NOTHING
    first = text.startswith("/")
    behind = 0
    for name, start, behind in references(text):  # noqa: B007  the last one is needed
        held = _contents(place, statement, name, depth)
        if held is None:
            return None
        if start == 0:
            first = held.rooted
        total |= held
    literal = _REFERENCE.sub("", text)
    return Contents(
        total.client,
        total.line_break or "\n" in literal,
        total.slash or "/" in literal,
        total.dot or "." in literal,
        total.colon or ":" in literal,
        first,
        text[behind:] != "",
        total.source,
    )


@lru_cache(maxsize=1024)
def _fixed(text: str) -> Contents:
    """What a text without variables holds."""
    return Contents(
        line_break="\n" in text,
        slash="/" in text,
        dot="." in text,
        colon=":" in text,
        rooted=text.startswith("/"),
        pinned=text != "",
    )


def _contents(place: Place, statement: Statement, name: str, depth: int) -> Contents | None:
    if depth == 0:
        return None
    if name.isdigit():
        return _numbered(place, statement, name, depth)
    if name not in definitions(place.configuration).variables:
        return _built_in(name)
    sources = [*_set(place, statement, name, depth), *_mapped(place, statement, name, depth)]
    sources += _named_captures(place, name, depth)
    if sources:
        total = NOTHING
        first = True
        for source in sources:
            if source is None:
                return None
            total = source if first else total | source
            first = False
        return total
    return _built_in(name)


def _built_in(name: str) -> Contents | None:
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    if name in _SERVER_SIDE:
        return NOTHING
    if name.startswith(_CLIENT_PREFIXES):
        return Contents(**_ANY, source=f"${name}")
    return None


def _set(place: Place, statement: Statement, name: str, depth: int) -> Iterator[Contents | None]:
    """The values that `set` may have given it before the statement is reached."""
    for level in place.levels[: len(place.upto_server)]:
        if level.lacks(("set", "if")):
            continue
        for one in [*level.sets(name), *_conditional(level.get("if"), name)]:
            if one is statement:
                continue
            if one.opaque and one.args[1].opaque:
                yield None
            elif name not in {found for found, _, _ in references(one.values[1])}:
                yield _text(place, one, one.values[1], depth - 1)


def _conditional(ifs: Sequence[Statement], name: str) -> Iterator[Statement]:
    for block in ifs:
        for one in block.children if isinstance(block, Block) else ():
            if one.name == "set" and len(one.values) == 2 and one.values[0].lower().removeprefix("$") == name:
                yield one


def _mapped(place: Place, statement: Statement, name: str, depth: int) -> Iterator[Contents | None]:
    """The values that a `map`, `geo` or `split_clients` gives it."""
    for body, level in zip(place.bodies, place.levels, strict=True):
        if level.lacks(_MAKERS):
            continue
        for block in _maps(place.configuration, body).get(name, ()):
            if not place.configuration.level(block).complete:
                yield None
            subject = block.values[0] if block.name == "map" and len(block.values) == 2 else ""
            for entry in block.children[:200]:
                if entry.values and entry.name != "include":
                    yield _mapped_value(place, statement, (subject, entry), depth)


@lru_cache(maxsize=64)
def _maps(configuration: Configuration, body: Body) -> dict[str, list[Block]]:
    """The blocks of a level that give variables their values, by the variable in small letters."""
    level = configuration.level(body)
    found: dict[str, list[Block]] = {}
    for block in level.among(_MAKERS):
        if isinstance(block, Block) and block.values:
            found.setdefault(block.values[-1].lower().removeprefix("$"), []).append(block)
    return found


def _mapped_value(
    place: Place, statement: Statement, line: tuple[str, Statement], depth: int
) -> Contents | None:
    subject, entry = line
    value = entry.values[0]
    if "$" not in value or entry.opaque:
        return None if entry.opaque else _text(place, statement, value, depth - 1)
    captured = _groups(entry.name.lstrip("~").removeprefix("*")) if entry.name.startswith("~") else {}
    source = _text(place, statement, subject, depth - 1)
    total = NOTHING
    name = ""
    for name, _, _ in references(value):
        if captured and name in captured:
            held = _capture(pattern=entry.name, captured=captured[name], source=source)
        else:
            held = _contents(place, statement, name, depth - 1)
        if held is None:
            return None
        total |= held
    if not value.endswith((name, "}")):
        return replace(total, pinned=True)
    return total


def _groups(expression: str) -> "dict[str, Captured] | None":
    """What the groups of a regular expression may capture, by number and by name; None where nobody can tell."""
    from deploylint.formats.nginx.captures import groups  # noqa: PLC0415  most variables come from none

    return groups(expression)


def _capture(*, pattern: str, captured: "Captured", source: Contents | None) -> Contents | None:
    """A group of a pattern that was matched against some text."""
    if source is None:
        return None
    return Contents(
        source.client,
        source.line_break and captured.line_break,
        source.slash and captured.slash,
        source.dot and captured.dot,
        source.colon and captured.colon,
        captured.rooted,
        source=pattern,
    )


def _matched(place: Place, statement: Statement) -> Iterator[tuple[str, str]]:
    """The regular expressions whose groups `$1` may mean at a statement, each with the text that it is matched against.

    The nearest one that nginx has run when it comes to the statement.
    """
    if statement.name == "rewrite" and statement.values:
        yield statement.values[0], "$uri"
        return
    for body in place.upto_server:
        if isinstance(body, Block) and body.name == "if":
            if (condition := regex_condition(body)) is not None:
                yield condition[1], condition[0]
                return
            continue
        level = place.configuration.level(body)
        before = [one for one in level.get("rewrite") if one.values]
        conditions = [found for one in level.get("if") if (found := regex_condition(one)) is not None]
        if before or conditions:
            yield from ((one.values[0], "$uri") for one in before)
            yield from ((pattern, subject) for subject, pattern in conditions)
        if isinstance(body, Block) and body.name == "location":
            modifier, pattern = matcher(body)
            if modifier in {"~", "~*"}:
                yield pattern, "$uri"
                return
        if before or conditions:
            return


def regex_condition(block: Statement) -> tuple[str, str] | None:
    """Subject and pattern of `if ($subject ~ pattern)`; None for other conditions."""
    try:
        parts = condition(block.values) if block.values else None
    except Refused:
        return None
    return (parts.first, parts.last) if parts is not None and parts.operator in MATCHES else None


def _numbered(place: Place, statement: Statement, name: str, depth: int) -> Contents | None:
    total: Contents | None = None
    for expression, subject in _matched(place, statement):
        captured = _groups(expression)
        if captured is None:
            return None
        if name not in captured:
            continue
        source = _text(place, statement, subject, depth - 1)
        held = _capture(pattern=expression, captured=captured[name], source=source)
        if held is None:
            return None
        total = held if total is None else total | held
    return total


def _named_captures(place: Place, name: str, depth: int) -> Iterator[Contents | None]:
    """Groups of that name in the locations, conditions, rewrites and server names around."""
    for body in place.upto_server:
        if isinstance(body, Block) and body.name == "location":
            modifier, pattern = matcher(body)
            if modifier in {"~", "~*"}:
                yield from _group(name, pattern, _BUILT_IN["uri"])
        level = place.configuration.level(body)
        for one in level.get("rewrite"):
            if one.values:
                yield from _group(name, one.values[0], _BUILT_IN["uri"])
        blocks = [body] if isinstance(body, Block) and body.name == "if" else []
        for one in [*blocks, *level.get("if")]:
            if (condition := regex_condition(one)) is not None and f"<{name}>" in condition[1].lower():
                source = _text(place, one, condition[0], depth - 1)
                yield from _group(name, condition[1], source)
        for one in level.get("server_name"):
            for value in one.values:
                if value.startswith("~"):
                    yield from _group(name, value[1:], _BUILT_IN["host"])


def _group(name: str, pattern: str, source: Contents | None) -> Iterator[Contents | None]:
    if f"<{name}>" not in pattern.lower() and f"'{name}'" not in pattern.lower():
        return
    captured = _groups(pattern)
    if captured is None:
        yield None
        return
    for group, held in captured.items():
        if group.lower() == name:
            yield _capture(pattern=pattern, captured=held, source=source)
