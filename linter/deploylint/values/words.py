"""Words of a command line, with the place of every character.

`split_shell` does what a POSIX shell does to a line, `split_shlex` what Python's `shlex.split` does
(supervisor, docker compose). Other formats make their own `Word`s; what reads command lines takes
words whoever made them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from sys import intern

from deploylint.dataclass import dataclass, replace
from deploylint.imports import import_module
from deploylint.pattern import pattern
from deploylint.source import Span
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.typed import Any
from deploylint.values.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Variable:
    """`$NAME`, or `${NAME:-default}`; `default` is None when the reference has none or a computed one.

    `changed`: the reference does more than put in the value or a default (`${NAME%.*}`).
    """

    name: str
    default: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word that is written in one way. An opaque one is replaced at run time; its value is its source."""

    value: str
    span: Span
    quoted: bool = False
    opaque: bool = False
    variable: Variable | None = None

    @property
    def verbatim(self) -> bool:
        """Does the text at the span read like the value, letter for letter?"""
        return len(self.value) == self.span.end - self.span.start


@dataclass(frozen=True, slots=True)
class Word:
    """One argument. `span` covers its quotes; `opaque` says that a part of the value is unknown.

    `pieces` may be empty: the whole word is one piece then.
    """

    value: str
    span: Span
    opaque: bool = False
    quoted: bool = False
    pieces: tuple[Piece, ...] = ()

    @property
    def parts(self) -> tuple[Piece, ...]:
        return self.pieces or (Piece(self.value, self.span, self.quoted, self.opaque),)

    @property
    def known(self) -> str | None:
        """The value, or None when it is not known."""
        return None if self.opaque else self.value

    @property
    def prefix(self) -> str:
        """The value up to its first unknown part."""
        if not self.pieces:
            return "" if self.opaque else self.value
        known = []
        for piece in self.parts:
            if piece.opaque:
                break
            known.append(piece.value)
        return "".join(known)

    @property
    def assumed(self) -> str | None:
        """The value if no variable is set: each `${A:-b}` is its default. None when one has no default."""
        if not self.pieces:
            return self.known
        values = [
            piece.value if not piece.opaque else piece.variable.default if piece.variable else None
            for piece in self.parts
        ]
        return None if None in values else "".join(value or "" for value in values)

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(piece.variable for piece in self.pieces if piece.variable is not None)

    def part(self, start: int, end: int | None = None) -> Word:
        """The word made of `value[start:end]`, with its own place."""
        stop = len(self.value) if end is None else end
        pieces, at = [], 0
        for piece in self.parts:
            first, last = max(start - at, 0), min(stop - at, len(piece.value))
            at += len(piece.value)
            if first < last or (first == last == 0 and not piece.value and start <= at <= stop):
                pieces.append(_cut(piece, first, last))
        if not pieces:
            return Word("", locator(self)(start, start))
        span = Span(pieces[0].span.start, pieces[-1].span.end)
        return _word(pieces, span)

    def moved(self, locate: Callable[[int, int], Span]) -> Word:
        """The word with its spans mapped from one text to another."""
        pieces = tuple(replace(piece, span=locate(piece.span.start, piece.span.end)) for piece in self.pieces)
        return Word(self.value, locate(self.span.start, self.span.end), self.opaque, self.quoted, pieces)


@dataclass(frozen=True, slots=True)
class Operator:
    """A control operator or redirection of the shell; a new line is an operator, too."""

    text: str
    span: Span


def split_shell(text: str, *, offset: int = 0) -> list[Word | Operator]:
    """Words and operators as a POSIX shell reads them; comments are left out, nothing is expanded.

    `offset` is where the text stands in its source. Raises `InvalidValue` when a quotation or a
    substitution is not closed.
    """
    tokens, problem = scan_shell(text, offset=offset)
    if problem is not None:
        raise problem
    return tokens


def scan_shell(text: str, *, offset: int = 0) -> tuple[list[Word | Operator], InvalidValue | None]:
    """Like `split_shell`, but what is not closed makes the last word opaque, and is returned."""
    tokens: list[Word | Operator] = []
    problem = None
    for node in _nodes("words", text):
        if isinstance(node, Tree):
            problem = _unclosed(node, text, _SHELL) or problem
            pieces = _pieces(node, text, offset, _SHELL)
            if pieces:
                tokens.append(
                    _word(pieces, Span(node.children[0].start + offset, node.children[-1].end + offset))
                )
        elif node.type not in _DROPPED:
            tokens.append(Operator(text[node.start : node.end], Span(node.start + offset, node.end + offset)))
    return tokens, problem


def split_shlex(text: str, *, offset: int = 0) -> list[Word]:
    """Words as `shlex.split(text)` makes them; raises `InvalidValue` where that raises ValueError.

    What looks like a shell variable or a template marker is opaque, although shlex takes it
    literally; a template marker is one piece, although it may hold blanks.
    """
    if offset or len(text) > _LONGEST_KEPT:
        return _split_shlex(text, offset)
    return list(_kept_words(text))


@lru_cache(maxsize=256)
def _kept_words(text: str) -> tuple[Word, ...]:
    """The same command stands in many places."""
    return tuple(_split_shlex(text, 0))


def _split_shlex(text: str, offset: int) -> list[Word]:
    if _SHLEX_MARKS.search(text) is None:
        return [
            Word(_shared(match[0]), Span(match.start() + offset, match.end() + offset))
            for match in _UNMARKED.finditer(text)
        ]
    words = []
    for node in _nodes("words_shlex", text):
        if problem := _unclosed(node, text, _SHLEX):
            raise problem
        span = Span(node.children[0].start + offset, node.children[-1].end + offset)
        words.append(_word(_pieces(node, text, offset, _SHLEX), span))
    return words


def locator(word: Word) -> Callable[[int, int], Span]:
    """Where `value[start:end]` of a word is written; each call takes logarithmic time."""
    pieces = word.parts
    starts = list(accumulate((len(piece.value) for piece in pieces), initial=0))

    def offset(index: int, *, after: bool) -> int:
        """The offset of a character, or the one behind it."""
        at = min(bisect_right(starts, index) - 1, len(pieces) - 1)
        piece = pieces[at]
        if not piece.verbatim:
            return piece.span.end if after else piece.span.start
        return min(piece.span.start + index - starts[at] + after, piece.span.end)

    def locate(start: int, end: int) -> Span:
        if start == end:
            point = offset(start, after=False) if start < starts[-1] else pieces[-1].span.end
            return Span(point, point)
        return Span(offset(start, after=False), offset(end - 1, after=True))

    return locate


def resolved(word: Word, environment: Mapping[str, str | None]) -> Word:
    """The word with the variables that the environment knows replaced, as the shell does inside one word.

    An unquoted value with blanks or wildcards, which the shell would split again, stays opaque. So
    does a variable that the environment does not hold, holds as None, or holds empty.
    """
    if not word.variables:
        return word
    return _word([_resolved(piece, environment) for piece in word.parts], word.span)


_SHELL, _SHLEX = "shell", "shlex"
_LONGEST_KEPT = 500
_DROPPED = frozenset({"BLANK", "COMMENT"})
_OPAQUE = frozenset(
    {"PARAMETER", "BRACED_PARAMETER", "COMMAND", "BACKQUOTED", "TEMPLATE", "ANSI_QUOTED", "UNCLOSED"}
)
_REFERENCE = pattern(r"\$(?:(\w++)|\{(\w++)(?::?[-=]([^$`\\'\"}]*+))?+\}|\{(\w++)[\s\S]*\})")
_SPLIT_AGAIN = pattern(r"[\s*?\[]")
# What the grammar `words_shlex` is for; without any of it the words are what stands between blanks.
_SHLEX_MARKS = pattern(r"['\"\\`${@<]")
_UNMARKED = pattern(r"[^ \t\r\n]++")


@cache
def _parser(name: str) -> Parser:
    return Parser(import_module(f"deploylint.syntax.compiled.{name}"))


def _nodes(grammar: str, text: str) -> Iterator[Any]:
    """Words (trees) and the tokens between them."""
    for node in _parser(grammar).parse(text).value.children:
        if node.data == "after":
            yield from node.children
        else:
            yield node


def _word(pieces: Sequence[Piece], span: Span) -> Word:
    first = pieces[0] if len(pieces) == 1 else None
    if first is not None and first.variable is None and _same(first.span, span):
        return Word(_shared(first.value), span, first.opaque, first.quoted)
    return Word(
        "".join(piece.value for piece in pieces),
        span,
        any(piece.opaque for piece in pieces),
        any(piece.quoted for piece in pieces),
        tuple(pieces),
    )


def _shared(text: str) -> str:
    """The text itself: flags come again and again."""
    return intern(text) if text.startswith("-") else text


def _same(one: Span, other: Span) -> bool:
    return one.start == other.start and one.end == other.end


def _pieces(word: Tree, text: str, offset: int, dialect: str) -> list[Piece]:
    pieces: list[Piece] = []
    for token in word.children:
        if token.type == "DOUBLE_QUOTED":
            inner = text[token.start + 1 : token.end - 1]
            nodes = _parser("words_quoted").parse(inner).value.children
            at = token.start + 1 + offset
            kept = [node for node in nodes if node.type != "JOINED_LINE" or dialect == _SHLEX]
            quoted = [_piece(node, inner, at, dialect, quoted=True) for node in kept]
            pieces.extend(quoted or [Piece("", Span(at, at), quoted=True)])
        elif token.type == "SINGLE_QUOTED":
            span = Span(token.start + 1 + offset, token.end - 1 + offset)
            pieces.append(Piece(text[token.start + 1 : token.end - 1], span, quoted=True))
        elif token.type != "JOINED_LINE":
            pieces.append(_piece(token, text, offset, dialect))
    return pieces


def _piece(token: Token, text: str, offset: int, dialect: str, *, quoted: bool = False) -> Piece:
    source, span = text[token.start : token.end], Span(token.start + offset, token.end + offset)
    if token.type in _OPAQUE:
        return Piece(source, span, quoted, opaque=True, variable=_variable(source))
    if token.type == "ESCAPED" and not (quoted and dialect == _SHLEX and source[1] in "$`"):
        return Piece(source[1], span, quoted=True)
    return Piece(source, span, quoted)


def _variable(source: str) -> Variable | None:
    match = _REFERENCE.fullmatch(source)
    if match is None:
        return None
    return Variable(match[1] or match[2] or match[4], match[3], changed=match[4] is not None)


def _unclosed(word: Tree, text: str, dialect: str) -> InvalidValue | None:
    last = word.children[-1]
    if last.type != "UNCLOSED":
        return None
    source = text[last.start : last.end]
    if source == "\\":
        # A shell keeps a backslash at the very end.
        return InvalidValue("No escaped character", last.start) if dialect == _SHLEX else None
    if dialect == _SHLEX:
        trailing = len(source) - len(source.rstrip("\\"))
        escaping = source[0] == '"' and trailing % 2
        return InvalidValue("No escaped character" if escaping else "No closing quotation", last.start)
    return InvalidValue(f"{source[:2] if source[0] == '$' else source[0]} is not closed", last.start)


def _cut(piece: Piece, start: int, end: int) -> Piece:
    if start == 0 and end == len(piece.value):
        return piece
    if piece.verbatim:
        span = Span(piece.span.start + start, piece.span.start + end)
        return replace(piece, value=piece.value[start:end], span=span, variable=None)
    return replace(piece, value=piece.value[start:end], variable=None)


def _resolved(piece: Piece, environment: Mapping[str, str | None]) -> Piece:
    if piece.variable is None or piece.variable.changed:
        return piece
    value = environment.get(piece.variable.name)
    if not value or (not piece.quoted and _SPLIT_AGAIN.search(value)):
        return piece
    return Piece(value, piece.span, piece.quoted)
