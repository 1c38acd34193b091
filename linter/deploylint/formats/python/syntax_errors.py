"""What CPython says of a logical line that is no statement, and where."""

from deploylint.formats.python.lines import Line, Problem, terminal
from deploylint.syntax.driver import Lexeme, Unexpected

_HEADS = frozenset({"if", "for", "while", "with", "try", "elif", "else", "except", "finally", "def", "class"})
_OPENING = frozenset(terminal(name) for name in ("LPAR", "LSQB", "LBRACE"))
_CLOSING = frozenset(terminal(name) for name in ("RPAR", "RSQB", "RBRACE"))
_ATOMS = ("NAME", "NUMBER", "STRING", "FORMAT_STRING", "NONE", "TRUE", "FALSE", "ELLIPSIS")
_BEGINS_OPERAND = frozenset((*_ATOMS, "LPAR", "LSQB", "LBRACE", "NOT", "TILDE", "LAMBDA", "AWAIT"))
_ENDS_OPERAND = _CLOSING | {terminal(name) for name in _ATOMS}
_BETWEEN_OPERANDS = frozenset(terminal(name) for name in ("COMMA", "COLON", "EQUAL", "IF", "ELSE", "FOR"))


def syntax_error(error: Unexpected, line: Line, text: str) -> Problem:
    """What CPython says of the first token that does not fit."""
    if error.type == "$END":
        head = text[line.start : line.lexemes[0][2]]
        missing_colon = "COLON" in error.expected and head in _HEADS
        return Problem(line.start, line.end, "expected ':'" if missing_colon else "invalid syntax")
    previous = next((lexeme for lexeme in reversed(line.lexemes) if lexeme[2] <= error.start), None)
    word = text[previous[1] : previous[2]] if previous else ""
    if word in ("print", "exec") and error.type in ("STRING", "FORMAT_STRING", "NAME", "NUMBER"):
        message = f"Missing parentheses in call to '{word}'. Did you mean {word}(...)?"
        return Problem(line.start, line.end, message)
    if error.type == "$UNEXPECTED" and ord(text[error.start]) > 127:
        return Problem(
            error.start,
            error.end,
            f"invalid character '{text[error.start]}' (U+{ord(text[error.start]):04X})",
        )
    operand = _operand_before(error, line.lexemes)
    if operand is None:
        return Problem(error.start, error.end, "invalid syntax")
    message = "invalid syntax"
    if error.type in _BEGINS_OPERAND:
        message = "invalid syntax. Perhaps you forgot a comma?"
    elif "COLON" in error.expected and "COMMA" not in error.expected:
        message = "':' expected after dictionary key"
    return Problem(operand, error.end, message)


def _operand_before(error: Unexpected, lexemes: list[Lexeme]) -> int | None:
    """Where the value begins, within brackets, that ends before the error: Python 3.10 and later name that place."""
    depth = 0
    first: int | None = None
    for number, start, end in reversed(lexemes):
        if end > error.start:
            continue
        if first is None and number not in _ENDS_OPERAND:
            return None
        if number in _CLOSING:
            depth += 1
        elif number in _OPENING and not depth:
            return first
        elif number in _OPENING:
            depth -= 1
        elif not depth and number in _BETWEEN_OPERANDS:
            return first if _is_within_brackets(lexemes, start) else None
        first = start
    return None


def _is_within_brackets(lexemes: list[Lexeme], offset: int) -> bool:
    before = [number for number, start, _ in lexemes if start < offset]
    return sum(number in _OPENING for number in before) > sum(number in _CLOSING for number in before)
