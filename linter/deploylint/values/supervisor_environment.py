"""supervisor's `environment=`: `KEY="value",OTHER=word`."""

from functools import cache

from deploylint.dataclass import dataclass
from deploylint.pattern import Match, pattern
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.values.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class EnvironmentPair:
    """One variable. `start` and `end` span from the key to the end of the value, quotes included.

    `separator` is the token that supervisor skips behind the pair: a comma, nothing at the end, or, by mistake,
    anything else.
    """

    name: str
    value: str
    start: int
    end: int
    separator: str


def parse_supervisor_environment(text: str, *, posix: bool = False) -> tuple[EnvironmentPair, ...]:
    """The pairs in order; later ones win (supervisor, `datatypes.dict_of_key_value_pairs`).

    `posix` is how supervisor 4.4 and later read it: escapes work in double quotes. Up to 4.3 they do not. In both
    a comment swallows the rest of its line, `$` is a token of its own, and whatever token follows a pair is skipped.
    """
    parsed = _parser(posix).parse(text)
    for token in parsed.ignored:
        if token.type == "UNCLOSED":
            raise InvalidValue(_unclosed_reason(text[token.start :], posix=posix), token.start)
        if token.type == "LAST_BACKSLASH":
            raise InvalidValue("No escaped character", token.start)
    if parsed.errors:
        message = f"Unexpected end of key/value pairs in value '{text}'"
        raise InvalidValue(message, parsed.errors[0].start)
    children: list[Tree] = parsed.value.children
    pairs = []
    for index in range(0, len(children), 2):
        key, _, value = children[index].children
        separator = (
            _text(text, children[index + 1].children[0], posix=posix) if index + 1 < len(children) else ""
        )
        name, start, end = key.children[0], key.children[0].start, value.children[0].end
        content = _text(text, value.children[0], posix=posix)
        if not posix:
            content = content.strip("'\"")
        pairs.append(EnvironmentPair(_text(text, name, posix=posix), content, start, end, separator))
    return tuple(pairs)


def _unclosed_reason(rest: str, *, posix: bool) -> str:
    """In POSIX mode shlex complains about a last backslash before it complains about the quote."""
    backslashes = len(rest) - len(rest.rstrip("\\"))
    return "No escaped character" if posix and rest[0] == '"' and backslashes % 2 else "No closing quotation"


@cache
def _parser(posix: bool) -> Parser:  # noqa: FBT001 (a cache key)
    # Recovery goes on behind the first misfit, since an open quote further on is what shlex reports first.
    if posix:
        from deploylint.syntax.compiled import supervisor_environment_posix  # noqa: PLC0415

        return Parser(supervisor_environment_posix, recover=True)
    from deploylint.syntax.compiled import supervisor_environment  # noqa: PLC0415

    return Parser(supervisor_environment, recover=True)


_COMMENT = pattern(r"#[^\n]*+\n?")
_POSIX_PART = pattern(r"""'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]++|\\(?s:.))*+)"|\\(?P<escaped>(?s:.))""")
_IN_DOUBLE_QUOTES = pattern(r'\\(["\\])')


def _text(text: str, token: Token, *, posix: bool) -> str:
    raw = text[token.start : token.end]
    if not posix:
        return _COMMENT.sub("", raw) if token.type == "WORD" and "#" in raw else raw
    return _POSIX_PART.sub(_unquoted, raw)


def _unquoted(match: Match[str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return _IN_DOUBLE_QUOTES.sub(r"\1", match["double"])
    return match["escaped"]
