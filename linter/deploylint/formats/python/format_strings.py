"""f-strings taken apart: text and replacement fields."""

from deploylint.dataclass import dataclass
from deploylint.formats.python.expressions import Expression
from deploylint.formats.python.literals import escape_fault, string_parts, unescape
from deploylint.formats.python.parser import PARSER, is_group, parse_expression
from deploylint.imports import import_module
from deploylint.syntax.driver import Lexeme, Parser

_PARSER = Parser(import_module("deploylint.syntax.compiled.python_format_string"))
_OPENING = frozenset(PARSER.terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(PARSER.terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))
_DEEPEST = 2
# What may stand between braces since Python 3.12 only.
_FORBIDDEN = frozenset("\\#\r\n")
_QUOTES_OR_BRACES = frozenset("'\"{}")


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


def format_fault(literal: str, behind: str) -> tuple[int, int, str] | None:
    """The first fault in an f-string literal that all versions of Python find: its span, and what they say.

    `behind` is what follows the literal on its last line. Since 3.12 a literal may hold its own quotes, backslashes,
    comments and line ends between braces: what has some of these is left alone.
    """
    prefix, body = string_parts(literal)
    if "t" in prefix:
        return None
    start = len(prefix) + (len(literal) - len(prefix) - len(body)) // 2
    found = _fault(body, literal[-1], raw="r" in prefix) or _unclosed(body, literal, behind)
    return (start + found[0], start + found[1], found[2]) if found else None


def _fault(body: str, quote: str, *, raw: bool, depth: int = 0) -> tuple[int, int, str] | None:
    tokens = _PARSER.parse(body).value.children
    has_open_brace = any(token.type == "BRACE" and body[token.start] == "{" for token in tokens)
    names_character = False
    for token in tokens:
        text = body[token.start : token.end]
        found: tuple[int, int, str] | None = None
        if token.type == "TEXT":
            names_character = not raw and _ends_in_name_escape(text) and token.end < len(body)
            found = None if raw else escape_fault(text[:-2] if names_character else text)
        elif (
            token.type == "FIELD"
            and not names_character
            and _FORBIDDEN.isdisjoint(text)
            and quote not in text
        ):
            found = _field_fault(text[1:-1], quote, raw=raw, depth=depth)
        elif text == "{" and body[token.end : token.end + 1] == "}":
            found = 0, 2, "f-string: empty expression not allowed"
        elif text == "}" and not has_open_brace:
            found = 0, 1, "f-string: single '}' is not allowed"
        if token.type != "TEXT":
            names_character = False
        if found is not None:
            return token.start + found[0], token.start + found[1], found[2]
    return None


def _ends_in_name_escape(text: str) -> bool:
    """Whether a text ends in a backslash and `N`, where the backslash is not the second of two."""
    before = text.removesuffix("N").rstrip("\\")
    return text.endswith("N") and (len(text) - len(before)) % 2 == 0


def _field_fault(text: str, quote: str, *, raw: bool, depth: int) -> tuple[int, int, str] | None:
    """The fault of a field. Its offsets count from the brace before `text`."""
    end, conversion, spec = _expression_end(PARSER.lex(text)[0], text)
    expression = text[:end].rstrip()
    if expression.endswith("=") and expression[-2:-1] not in ("=", "!", "<", ">"):
        expression = expression[:-1]
    if not expression.strip():
        return 0, end + 2, "f-string: empty expression not allowed"
    if not is_group(f"({expression})"):
        return 0, end + 2, "f-string: invalid syntax"
    if conversion and conversion not in ("s", "r", "a"):
        return 0, end + 2, "f-string: invalid conversion character"
    if depth >= _DEEPEST:
        return None
    found = _fault(spec, quote, raw=raw, depth=depth + 1)
    start = 1 + len(text) - len(spec)
    return (start + found[0], start + found[1], found[2]) if found else None


def _unclosed(body: str, literal: str, behind: str) -> tuple[int, int, str] | None:
    """A brace that nothing closes: not even newer versions, for which the closing quote would begin a string."""
    at = body.rfind("{")
    inner = body[at + 1 :]
    if (
        at < 0
        or literal[-1] in behind
        or not _FORBIDDEN.isdisjoint(inner)
        or not _QUOTES_OR_BRACES.isdisjoint(inner)
    ):
        return None
    is_brace = any(
        token.type == "BRACE" and token.start == at for token in _PARSER.parse(body).value.children
    )
    return (at, at + 1, "f-string: expecting '}'") if is_brace else None


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
