"""Words and quotes in systemd values (systemd.syntax(7), "QUOTING"; `extract_first_word`)."""

from __future__ import annotations

from functools import cache

from deploylint.dataclass import dataclass
from deploylint.enumeration import Enum
from deploylint.pattern import Match, pattern
from deploylint.syntax.driver import Parser, Token
from deploylint.typed import Any


class Escapes(Enum):
    """What a backslash does, which depends on the key."""

    C = "C"
    """`\\n`, `\\x41` and the like are characters; anything else is unknown (Exec*=, Environment=)."""
    DROP = "drop"
    """The backslash goes, the next character stays (ReadWritePaths=, PassEnvironment=)."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its text without quotes and escapes, and its span in the value with them.

    `unknown_escapes` are the offsets of backslashes that start no known escape; there they stay in the text.
    """

    text: str
    start: int
    end: int
    unknown_escapes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The words before the first unclosed quote; `unclosed` is where the word with that quote starts.

    `open_quote` is the offset of the quote itself. Both are None when all quotes are closed.
    """

    words: tuple[Word, ...]
    unclosed: int | None = None
    open_quote: int | None = None


_ESCAPE = pattern(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|(?s:.)|\Z)")
_SIMPLE = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", '"': '"', "'": "'", "s": " ",
}  # fmt: skip


def parse_words(text: str, escapes: Escapes = Escapes.C) -> Words:
    """Split a value into words, taking quotes and escapes away. Total: what is wrong is part of the result."""
    if _SPECIAL.search(text) is None:
        return Words(split_blanks(text))
    children: list[Any] = _parser().parse(text).value.children
    words: list[Word] = []
    for tree in children:
        parts: list[Token] = tree.children
        broken = next((part for part in parts if part.type == "UNCLOSED"), None)
        if broken is not None:
            return Words(tuple(words), parts[0].start, broken.start)
        words.append(_word(text, parts, escapes))
    return Words(tuple(words))


@cache
def _parser() -> Parser:
    from deploylint.syntax.compiled import systemd_words  # noqa: PLC0415 (tables load when a value needs them)

    return Parser(systemd_words)


def split_quoted(text: str) -> Words:
    """Words for keys that keep backslashes as they are (RuntimeDirectory=, MountImages=)."""
    if "'" not in text and '"' not in text:
        return Words(split_blanks(text))
    words: list[Word] = []
    for match in _PLAIN_QUOTED.finditer(text):
        if match["open"] is not None:
            return Words(tuple(words), match.start(), match.start("open"))
        words.append(Word(_QUOTES.sub(r"\1\2", match[0]), match.start(), match.end()))
    return Words(tuple(words))


def split_blanks(text: str) -> tuple[Word, ...]:
    """Words for keys that know no quotes at all: unit names, exit statuses, system calls."""
    if "\t" in text or "\n" in text or "\r" in text:
        return tuple(Word(match[0], match.start(), match.end()) for match in _UNQUOTED.finditer(text))
    words = []
    start = 0
    for part in text.split(" "):
        end = start + len(part)
        if part:
            words.append(Word(part, start, end))
        start = end + 1
    return tuple(words)


# What the grammar is for; without any of it the words are what stands between blanks.
_SPECIAL = pattern(r"[\\\"'\udc80-\udcff]")
_BYTES = pattern(r"[\udc80-\udcff]")
_PLAIN_QUOTED = pattern(r"""(?:[^ \t\n\r'"]++|'[^']*+'|"[^"]*+"|(?P<open>['"](?s:.)*+))++""")
_QUOTES = pattern(r"""'([^']*+)'|"([^"]*+)\"""")
_UNQUOTED = pattern(r"[^ \t\n\r]++")


def _word(text: str, parts: list[Token], escapes: Escapes) -> Word:
    unknown: list[int] = []
    pieces = []
    for part in parts:
        if part.type == "PLAIN":
            pieces.append(text[part.start : part.end])
        else:
            quote = part.type == "QUOTED"
            pieces.append(_unescaped(text, part.start + quote, part.end - quote, escapes, unknown))
    joined = "".join(pieces)
    if not joined.isascii() and _BYTES.search(joined):
        joined = joined.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return Word(joined, parts[0].start, parts[-1].end, tuple(unknown))


def _unescaped(text: str, start: int, end: int, escapes: Escapes, unknown: list[int]) -> str:
    def replacement(match: Match[str]) -> str:
        body = match[0][1:]
        if escapes is Escapes.DROP and body:
            return body
        character = _SIMPLE.get(body) or _numeric(body)
        if character is None:
            unknown.append(start + match.start())
            return match[0]
        return character

    return _ESCAPE.sub(replacement, text[start:end])


def _numeric(body: str) -> str | None:
    """`xHH` and `NNN` are bytes, `uHHHH` and `UHHHHHHHH` code points; zero is never allowed."""
    if len(body) < 3:
        return None
    number = int(body, 8) if body.isdigit() else int(body[1:], 16)
    is_byte = body[0] not in "uU"
    if number == 0 or number > (0xFF if is_byte else 0x10FFFF) or 0xD800 <= number <= 0xDFFF:
        return None
    return chr(0xDC00 + number) if is_byte and number >= 0x80 else chr(number)
