r"""What the groups of a regular expression may capture, read off its text; nothing is compiled and nothing run.

    groups(r"^/(?<page>[^/]+)\.html$")  ->  {"1": Captured(line_break=True, slash=False, ...), "page": ...}

PCRE as nginx uses it: a dot matches no line feed, `$` matches at the end and before a last line feed.
"""

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.pattern import Match, pattern

_LONGEST = 2000
_TOKEN = pattern(
    r"\\(?:Q(?:[^\\]++|\\(?!E))*+(?:\\E)?|x\{[0-9a-fA-F]*+\}|x[0-9a-fA-F]{0,2}|[pP]\{[^}]*+\}|[\s\S])"
    r"|\[\^?\]?(?:[^\]\\\[]++|\\[\s\S]|\[:\^?[a-z]++:\]|\[)*+\]"
    r"|\(\?(?:P?<(?P<name>[A-Za-z_]\w*+)>|'(?P<quoted>[A-Za-z_]\w*+)'|(?P<flags>[a-zA-Z-]*+)[:)]|[=!>|]|<[=!]|#[^)]*+\))?"
    r"|[()|]|[?*+]|\{\d++(?:,\d*+)?\}|[\s\S]"
)
_CLASS_ITEM = pattern(r"\\[\s\S]|\[:\^?[a-z]++:\]|[\s\S]-(?:\\[\s\S]|[^\]\\])|[\s\S]")
_NAMED_SETS = {
    "d": "0",
    "w": "0a_",
    "s": " \r\n",
    "h": " ",
    "v": "\r\n",
    "R": "\r\n",
    "D": "\n/?.:a",
    "W": "\n/?.:",
    "S": "/?.:0a",
    "H": "\n/?.:0a",
    "N": "/?.:0a",
    "V": "/?.:0a",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "f": "\f",
}
_EMPTY = frozenset("bBAzZGKQE")
# One character of every kind that matters; a set is judged by those of them that it holds.
_PROBES = "\n\r/?.:@0a-_ "


@dataclass(frozen=True, slots=True)
class Captured:
    """What the text of a group may hold; `slash` stands for a question mark, too. `rooted`: it is never empty and begins with a slash."""

    line_break: bool
    slash: bool
    dot: bool
    colon: bool
    rooted: bool


@dataclass(slots=True)
class _Group:
    names: tuple[str, ...]
    chars: set[str]
    first: str | None = None
    optional: bool = False


@lru_cache(maxsize=256)
def groups(pattern: str) -> dict[str, Captured] | None:
    """The groups by number and by name; None when the pattern is too long or holds what is not understood."""
    if len(pattern) > _LONGEST or not pattern.isprintable():
        return None
    found: dict[str, Captured] = {}
    stack: list[_Group] = [_Group((), set())]
    count = 0
    dot_matches_all = False
    tokens = list(_TOKEN.finditer(pattern))
    for at, match in enumerate(tokens):
        text = match[0]
        if text[0] == "(":
            if text.startswith("(?#"):
                continue
            flags = match["flags"]
            if flags and ("s" in flags.partition("-")[0] or "x" in flags):
                if "x" in flags:
                    return None
                dot_matches_all = True
            if text.endswith(")"):
                continue
            names: tuple[str, ...] = ()
            name = match["name"] or match["quoted"]
            if text == "(" or name:
                count += 1
                names = (str(count), *((name,) if name else ()))
            if text == "(" and at + 1 < len(tokens) and tokens[at + 1][0] in "?*":
                return None
            if text.startswith("(?|") or len(stack) > 50:
                return None
            stack.append(_Group(names, set()))
        elif text == ")":
            if len(stack) == 1:
                return None
            group = stack.pop()
            outer = stack[-1]
            outer.chars |= group.chars
            if outer.first is None:
                optional = at + 1 < len(tokens) and tokens[at + 1][0][0] in "?*{"
                outer.first = "" if optional or group.optional else group.first
            for one in group.names:
                found[one] = _captured(group)
        elif text == "|":
            stack[-1].optional = True
        elif text[0] in "?*+" or (text[0] == "{" and len(text) > 1) or text in "^$":
            continue
        else:
            _consume(stack[-1], text, tokens, at, dot_matches_all=dot_matches_all)
    return found if len(stack) == 1 else None


def nested(pattern: str) -> set[tuple[int, int]]:
    """The pairs of numbered groups of which the first one holds the second one: `((a)(b))` has (1, 2) and (1, 3)."""
    open_groups: list[int] = []
    pairs: set[tuple[int, int]] = set()
    count = 0
    for match in _TOKEN.finditer(pattern[:_LONGEST]):
        text = match[0]
        if text[0] == "(" and not text.endswith(")"):
            numbered = text == "(" or bool(match["name"] or match["quoted"])
            count += numbered
            if numbered:
                pairs |= {(outer, count) for outer in open_groups if outer}
            open_groups.append(count if numbered else 0)
        elif text == ")" and open_groups:
            open_groups.pop()
    return pairs


def _consume(group: _Group, text: str, tokens: "list[Match[str]]", at: int, *, dot_matches_all: bool) -> None:
    """Add what one character, escape or class of a pattern may match to the group that it stands in."""
    held = _held(text, dot_matches_all=dot_matches_all)
    group.chars |= held
    if group.first is None and not (len(text) == 2 and text[0] == "\\" and text[1] in _EMPTY):
        following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        optional = following[:1] in {"?", "*"} or following.startswith(("{0", "{,"))
        group.first = "/" if held == {"/"} and not optional else ""


def _captured(group: _Group) -> Captured:
    chars = group.chars
    return Captured(
        "\n" in chars,
        "/" in chars or "?" in chars,
        "." in chars,
        ":" in chars or "@" in chars,
        group.first == "/" and not group.optional,
    )


def _held(text: str, *, dot_matches_all: bool) -> set[str]:
    """Which of the probed characters a character, an escape or a class of a pattern may match."""
    if text == ".":
        return set(_PROBES) if dot_matches_all else set(_PROBES) - {"\n"}
    if text[0] == "[" and len(text) > 1:
        return _class(text)
    if text[0] == "\\":
        return _escape(text)
    return {text}


def _escape(text: str) -> set[str]:
    kind = text[1:2]
    if kind in _EMPTY and not text.startswith("\\Q"):
        return set()
    if kind == "Q":
        return set(text[2:].removesuffix("\\E"))
    if kind in "pPxcC" or kind.isdigit():
        return set(_PROBES)
    return set(_NAMED_SETS.get(kind, kind))


def _class(text: str) -> set[str]:
    negated = text.startswith("[^")
    held: set[str] = set()
    for item in _CLASS_ITEM.findall(text[2 if negated else 1 : -1]):
        if item.startswith("[:"):
            held |= set(_PROBES) if negated else set(_PROBES) - {"\n"}
        elif item[0] == "\\":
            held |= _escape(item)
        elif len(item) > 2 and item[1] == "-":
            high = item[2] if item[2] != "\\" else item[3]
            held |= {probe for probe in _PROBES if item[0] <= probe <= high}
        else:
            held.add(item[0])
    if not negated:
        return held
    return set(_PROBES) - held
