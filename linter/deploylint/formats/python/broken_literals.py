"""Literals that Python does not read."""

from collections.abc import Iterable

from deploylint.formats.python.format_strings import format_fault
from deploylint.formats.python.lines import Problem, terminal
from deploylint.formats.python.literals import escape_fault, string_parts
from deploylint.syntax.driver import Lexeme

_UNTERMINATED, _LEADING_ZERO, _STRING, _FORMAT_STRING = (
    terminal(name) for name in ("UNTERMINATED", "LEADING_ZERO", "STRING", "FORMAT_STRING")
)


def broken_literals(lexemes: Iterable[Lexeme], text: str) -> list[Problem]:
    """Texts that do not end, and numbers of Python 2."""
    found = []
    for number, start, end in lexemes:
        if number == _UNTERMINATED:
            long = text[start:end].lstrip("rRbBuUfFtT")[:3] in ('"""', "'''")
            kind = "triple-quoted string" if long else "string"
            found.append(Problem(start, end, f"unterminated {kind} literal"))
        elif number == _LEADING_ZERO:
            message = (
                "leading zeros in decimal integer literals are not permitted; "
                "use an 0o prefix for octal integers"
            )
            found.append(Problem(start, end, message))
    return found


def faults_in_literals(lexemes: Iterable[Lexeme], text: str) -> list[Problem]:
    """Escapes and fields of f-strings that no version of Python reads."""
    found = []
    for number, start, end in lexemes:
        if number not in (_STRING, _FORMAT_STRING):
            continue
        literal = text[start:end]
        fault: tuple[int, int, str] | None = None
        if number == _FORMAT_STRING and any(mark in literal for mark in "{}\\"):
            fault = format_fault(literal, _behind(text, end, literal[-1]))
        elif number == _STRING and "\\" in literal:
            prefix, body = string_parts(literal)
            fault = None if "r" in prefix else escape_fault(body, in_bytes="b" in prefix)
            if fault is not None:
                before = len(prefix) + (len(literal) - len(prefix) - len(body)) // 2
                fault = before + fault[0], before + fault[1], fault[2]
        if fault is not None:
            found.append(Problem(start + fault[0], start + fault[1], fault[2]))
    return found


def _behind(text: str, end: int, quote: str) -> str:
    """What follows on the line, up to the next such quote."""
    next_quote = text.find(quote, end)
    stop = next_quote + 1 if next_quote >= 0 else len(text)
    return text[end:stop].partition("\n")[0]
