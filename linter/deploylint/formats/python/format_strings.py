"""f-strings taken apart: text and replacement fields."""

from importlib import import_module

from deploylint.dataclass import dataclass
from deploylint.formats.python.expressions import Expression
from deploylint.formats.python.literals import string_parts, unescape
from deploylint.formats.python.parser import PARSER, parse_expression
from deploylint.syntax.driver import Lexeme, Parser

_PARSER = Parser(import_module("deploylint.syntax.compiled.python_format_string"))
_OPENING = frozenset(PARSER.terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(PARSER.terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))
_DEEPEST = 2


@dataclass(slots=True)
class Field:
    """`{expression!conversion:spec}`. The expression's offsets count in `text`; it is None when broken."""

    text: str
    expression: Expression | None
    conversion: str
    spec: "list[str | Field]"


def format_pieces(literal: str) -> list[str | Field] | None:
    """Text and fields of an f-string literal; None where its braces or escapes are broken."""
    prefix, body = string_parts(literal)
    if "t" in prefix:
        return None
    return _pieces(body, raw="r" in prefix, depth=0)


def lone_brace(literal: str) -> int | None:
    """The offset in an f-string literal of a `}` that closes nothing, which all versions of Python refuse."""
    _, body = string_parts(literal)
    braces: list[int] = [token.start for token in _PARSER.parse(body).value.children if token.type == "BRACE"]
    if not braces or any(body[start] == "{" for start in braces):
        return None
    return literal.index(body) + braces[0]


def _pieces(body: str, *, raw: bool, depth: int) -> list[str | Field] | None:
    pieces: list[str | Field] = []
    if depth > _DEEPEST:
        return None
    for token in _PARSER.parse(body).value.children:
        text = body[token.start : token.end]
        if token.type == "BRACE":
            return None
        if token.type == "DOUBLED":
            pieces.append(text[0])
        elif token.type == "FIELD":
            field = _field(text[1:-1], raw=raw, depth=depth)
            if field is None:
                return None
            pieces.append(field)
        else:
            try:
                pieces.append(text if raw else unescape(text))
            except ValueError:
                return None
    return pieces


def _field(text: str, *, raw: bool, depth: int) -> Field | None:
    lexemes, _ = PARSER.lex(text)
    end, conversion, spec = _expression_end(lexemes, text)
    if text[:end].rstrip().endswith("=") and text[:end].rstrip()[-2:-1] not in "=!<>":
        return None
    inner = _pieces(spec, raw=raw, depth=depth + 1)
    if inner is None:
        return None
    return Field(text[:end], parse_expression(text[:end]), conversion, inner)


def _expression_end(lexemes: list[Lexeme], text: str) -> tuple[int, str, str]:
    """Where the expression ends, the conversion's letter, and the text after the colon."""
    depth = 0
    for number, start, end in lexemes:
        if number in _OPENING:
            depth += 1
        elif number in _CLOSING:
            depth -= 1
        elif depth == 0 and text[start:end] == "!":
            letter, _, spec = text[end:].partition(":")
            return start, letter.strip(), spec
        elif depth == 0 and text[start] == ":":
            return start, "", text[end:] if end == start + 1 else text[start + 1 :]
    return len(text), "", ""
