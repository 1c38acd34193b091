"""The bodies of `map`, `geo`, `types`, `split_clients` and `charset_map`, whose lines are no directives."""

from collections.abc import Callable, Iterator, Mapping

from deploylint.formats.nginx.nodes import Block, Entry, Statement
from deploylint.formats.nginx.setters.call import Refused, natural
from deploylint.formats.nginx.setters.hostnames import add_exact, add_name
from deploylint.formats.nginx.setters.predicates import is_inet, is_network
from deploylint.formats.nginx.setters.variables import references
from deploylint.pattern import ASCII, pattern

Fault = tuple[Statement, int | None, Refused]
"""A line, the number of its word from 0 (None for the line as a whole), and why nginx refuses it."""

_HEX = pattern(r"[0-9a-fA-F]++")
_PERCENT = pattern(r"(\d*+)(?:\.(\d{0,2}))?%", ASCII)


# Texts of blocks in which nginx finds nothing wrong: most configurations have the same few small ones.
_SOUND: set[str] = set()
_LONGEST_KEPT, _MOST_KEPT = 1000, 512


def faults(block: Block) -> Iterator[Fault]:
    """What nginx refuses in the body of such a block."""
    check = _BODIES.get(block.name)
    if check is None:
        return
    text = block.source.text[block.start : min(block.end, block.start + _LONGEST_KEPT + 1)]
    if text in _SOUND:
        return
    entries: list[Statement] = []
    sound = len(text) <= _LONGEST_KEPT
    for at, word, refused in check(block, _lines(block, entries)):
        sound = False
        if at < 0:
            yield block, None, refused
        else:
            yield entries[at], word, refused
    if sound:
        if len(_SOUND) == _MOST_KEPT:
            _SOUND.clear()
        _SOUND.add(text)


def _lines(block: Block, entries: list[Statement]) -> "_Lines":
    """The words of the entries that no template fills in; those that were told are put into the list."""
    for child in block.children:
        if isinstance(child, Entry) and not (head := child.head).opaque:
            entries.append(child)
            yield head.name, *head.values


_Found = Iterator[tuple[int, int | None, Refused]]
_Lines = Iterator[tuple[str, ...]]


def _name_of_variable(block: Block) -> _Found:
    for name in block.values[-1:]:
        if len(name) < 2 or not name.startswith("$"):
            yield (
                -1,
                None,
                Refused(f'invalid variable name "{name}"', None, "a name begins with a dollar sign"),
            )


def _map(block: Block, lines: _Lines) -> _Found:
    yield from _name_of_variable(block)
    default = False
    hostnames = False
    seen: set[str] = set()
    for at, line in enumerate(lines):
        if line in (("hostnames",), ("volatile",)):
            hostnames = hostnames or line == ("hostnames",)
            continue
        if len(line) != 2:
            yield (
                at,
                None,
                Refused("invalid number of the map parameters", None, "write a value and what it becomes"),
            )
            continue
        key, value = line
        if key == "include":
            continue
        try:
            list(references(value))
        except Refused as refused:
            yield at, 1, refused
            continue
        if key == "default":
            if default:
                yield at, 0, Refused("duplicate default map parameter")
            default = True
        elif not key.startswith("~"):
            yield from _key(at, key.removeprefix("\\").lower(), seen, hostnames=hostnames)


def _key(at: int, key: str, seen: set[str], *, hostnames: bool) -> _Found:
    problem = add_name(key, seen) if hostnames else add_exact(key, seen)
    if problem is not None:
        yield at, 0, Refused(f'{problem} "{key}"')


def _geo(block: Block, lines: _Lines) -> _Found:
    yield from _name_of_variable(block)
    if len(block.values) == 2 and not block.values[0].startswith("$"):
        yield -1, None, Refused(f'invalid variable name "{block.values[0]}"', None)
    ranges = False
    begun = False
    for at, line in enumerate(lines):
        if line == ("ranges",):
            if begun:
                message = 'the "ranges" directive must be the first directive inside "geo" block'
                yield at, None, Refused(message, None)
            ranges = True
            continue
        if line == ("proxy_recursive",):
            continue
        if len(line) != 2:
            yield (
                at,
                None,
                Refused("invalid number of the geo parameters", None, "write a network and a value"),
            )
            continue
        if line[0] == "include":
            continue
        begun = begun or line[0] != "proxy"
        yield from _network(at, line, ranges=ranges)


def _network(at: int, line: tuple[str, ...], *, ranges: bool) -> _Found:
    if line[0] == "default":
        return
    word = 1 if line[0] in ("delete", "proxy") else 0
    text = line[word]
    if ranges and line[0] != "proxy":
        first, dash, last = text.partition("-")
        if not (dash and is_inet(first) and is_inet(last)) or _number(first) > _number(last):
            yield at, word, Refused(f'invalid range "{text}"')
    elif not is_network(text):
        yield at, word, Refused(f'invalid network "{text}"')


def _number(address: str) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in address.split("."))


def _types(_block: Block, lines: _Lines) -> _Found:
    for at, line in enumerate(lines):
        if line[0] == "include" and len(line) != 2:
            yield at, None, Refused('invalid number of arguments in "include" directive', None)


def _split_clients(block: Block, lines: _Lines) -> _Found:
    yield from _name_of_variable(block)
    total = 0
    for at, line in enumerate(lines):
        if line[0] == "*":
            total = 10_000
            continue
        match = _PERCENT.fullmatch(line[0])
        share = 0
        if match and (match[1] or match[2]):
            share = (natural(match[1] or "0") or 0) * 100 + int((match[2] or "").ljust(2, "0"))
        if not share:
            yield (
                at,
                0,
                Refused(
                    f'invalid percent value "{line[0]}"', 0, "write a share such as 12.5%, or * for the rest"
                ),
            )
            return
        total += share
        if total > 10_000:
            yield -1, None, Refused("percent total is greater than 100%", None)
            return


def _charset_map(block: Block, lines: _Lines) -> _Found:
    utf8 = block.values[-1:] and block.values[-1].lower() == "utf-8"
    for at, line in enumerate(lines):
        if len(line) != 2:
            yield at, None, Refused("invalid parameters number", None)
            continue
        for word, text in enumerate(line):
            if not _HEX.fullmatch(text) or (not (utf8 and word) and int(text[:9], 16) > 255):
                yield at, word, Refused(f'invalid value "{text}"')
                break
            if utf8 and word and not _is_character(text):
                yield (
                    at,
                    word,
                    Refused(f'invalid value "{text}"', word, "write the bytes of one character in UTF-8"),
                )


def _is_character(text: str) -> bool:
    """One character of the basic plane in UTF-8, byte by byte in hexadecimal."""
    try:
        return len(bytes.fromhex(text).decode("utf-8")) == 1 and len(text) <= 6
    except ValueError:
        return False


_BODIES: Mapping[str, Callable[[Block, _Lines], _Found]] = {
    "map": _map,
    "geo": _geo,
    "types": _types,
    "split_clients": _split_clients,
    "charset_map": _charset_map,
}
NAMES = frozenset(_BODIES)
