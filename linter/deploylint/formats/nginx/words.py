"""The words of a statement and the comments between them, as nginx's tokenizer separates them."""

from collections.abc import Iterator
from functools import lru_cache
from sys import intern

from deploylint.dataclass import dataclass
from deploylint.pattern import pattern
from deploylint.source import Location, Source, Span

_TEMPLATE = r"\{\{[^{}\n]*+\}\}|\{%(?:[^%{}]++|%(?!\}))*+%\}|<%(?:[^%<]++|%(?!>))*+%>"
_ESCAPED = r"\\(?:[\s\S]|\Z)"
_VARIABLE = r"\$(?:(?=\{\{[^{}\n]*+\}\})|\{*+)"
# Where a word begins there is a comment, a quoted word or a bare one; the parenthesis that follows a quoted word
# begins the next one.
_TOKEN = pattern(
    r"(?P<comment>#[^\n]*+)"
    r"|(?P<quoted>\"(?:[^\"\\]++|\\[\s\S])*+(?:\"|\\?\Z)|'(?:[^'\\]++|\\[\s\S])*+(?:'|\\?\Z))"
    rf"|(?P<bare>(?:{_TEMPLATE}|{_ESCAPED}|{_VARIABLE}|[^ \t\r\n;{{\\$<]++|<)++)"
)
BLANKS = " \t\r\n"
_PLAIN = pattern(rf"[^{BLANKS}]+")
_SPECIAL = pattern(r"[\"'\\#<{]")
_ESCAPE = pattern(r"\\([\"'\\trn])")
_CONTROL = {"t": "\t", "r": "\r", "n": "\n"}

# `${NAME}` and `$NAME` in capitals are what envsubst replaces: nginx's own variables are written in small letters.
_OPAQUE = pattern(r"\{\{|\{%|<%|@@?[A-Z][A-Z0-9_]*@|\$\{[A-Z_][A-Za-z0-9_]*[}:?-]|\$[A-Z][A-Z0-9_]+(?![a-z])")


@dataclass(slots=True)
class Word:
    """One word of a statement. `start` and `end` include the quotes, where there are any."""

    source: Source
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The text as it stands."""
        return self.source.text[self.start : self.end]

    @property
    def quoted(self) -> bool:
        return self.source.text[self.start] in "\"'"

    @property
    def value(self) -> str:
        """What nginx gets: quotes taken off, and of the escapes those that it knows resolved."""
        raw = self.raw
        if raw[0] in "\"'":
            raw = raw[1:-1] if len(raw) > 1 and raw[-1] == raw[0] else raw[1:]
        if "\\" not in raw:
            return raw
        return _ESCAPE.sub(lambda match: _CONTROL.get(match[1], match[1]), raw)

    @property
    def opaque(self) -> bool:
        """Whether something else replaces a part of the word before nginx sees it."""
        return has_marks(self.source.text, self.start, self.end)

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    def __str__(self) -> str:
        return self.value


def lowered(name: str) -> str:
    """In small letters, and the very text where it has no others: there may be many."""
    folded = name.lower()
    return name if name == folded else folded


def has_marks(text: str, start: int, end: int) -> bool:
    """Whether something else replaces a part of the stretch before nginx sees it."""
    return _OPAQUE.search(text, start, end) is not None


def are_plain(text: str, start: int, end: int) -> bool:
    """Whether the words of such a stretch are what stands between blanks, as nginx gets them."""
    return _SPECIAL.search(text, start, end) is None


def each(source: Source, start: int, end: int) -> Iterator[Word]:
    """The words of such a stretch one by one: of a long one their places take ten times its memory."""
    plain = are_plain(source.text, start, end)
    for match in (_PLAIN if plain else _TOKEN).finditer(source.text, start, end):
        if plain or match.lastgroup != "comment":
            yield Word(source, *match.span())


def split(source: Source, start: int, end: int) -> tuple[list[Word], list[Span]]:
    """The words and the comments of a stretch of text that holds the words of one statement."""
    text = source.text
    if are_plain(text, start, end):
        return [Word(source, *match.span()) for match in _PLAIN.finditer(text, start, end)], []
    words, comments = [], []
    for match in _TOKEN.finditer(text, start, end):
        if match.lastgroup == "comment":
            comments.append(Span(*match.span()))
        else:
            words.append(Word(source, *match.span()))
    return words, comments


class Head:
    """What the words of a statement say, wherever it stands. Statements with the same text share one.

    `name` is the first word as nginx gets it, empty without words, and `values` are the others. `length` is the number
    of the text's characters. `opaque` says that a template fills in one of the words.
    """

    __slots__ = ("length", "name", "opaque", "values")

    def __init__(self, text: str) -> None:
        words: list[str]
        if _SPECIAL.search(text):
            source = Source("", text)
            found, _ = split(source, 0, len(text))
            words = [word.value for word in found]
            self.opaque = any(word.opaque for word in found)
        else:
            words = _PLAIN.findall(text)
            self.opaque = ("$" in text or "@" in text) and any(
                has_marks(word, 0, len(word)) for word in words
            )
        self.length = len(text)
        name = words[0] if words else ""
        self.name = intern(name) if name.isidentifier() else name  # names are few, the keys of maps are many
        self.values = tuple(words[1:])

    @property
    def count(self) -> int:
        """The number of all words. Only an empty text has none: it begins with the first one."""
        return len(self.values) + 1 if self.length else 0


# Configurations repeat themselves; long texts are kept out, so that little is kept.
_LONGEST_SHARED = 200
_shared = lru_cache(maxsize=8192)(Head)


def head_of(text: str) -> Head:
    """The head of the statement with this text, which ends before the terminator."""
    return _shared(text) if len(text) <= _LONGEST_SHARED else Head(text)


def after_quote(source: Source, start: int, end: int) -> int | None:
    """The offset of the first character that is glued to a closing quote where nginx allows none."""
    for match in _TOKEN.finditer(source.text, start, end):
        if match.lastgroup == "quoted" and match.end() < min(end, len(source.text)):
            following = source.text[match.end()]
            closed = match.end() - match.start() > 1 and source.text[match.end() - 1] in "\"'"
            if closed and following not in " \t\r\n;{)":
                return match.end()
    return None
