"""The values of literals. Source: https://docs.python.org/3/reference/lexical_analysis.html#literals."""

import sys

from deploylint.pattern import Match, pattern

_ESCAPE = pattern(
    r"\\(?:(\r\n|\r|\n)|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(?s:(.)))"
)
_DIGITS = {"x": 2, "u": 4, "U": 8}
_SIMPLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def string_parts(literal: str) -> tuple[str, str]:
    """The prefix of a string literal in lower case, and what stands between its quotes."""
    quote = min(position for position in (literal.find("'"), literal.find('"')) if position >= 0)
    width = 3 if literal[quote : quote + 3] in ('"""', "'''") else 1
    return literal[:quote].lower(), literal[quote + width : len(literal) - width]


def escape_fault(body: str, *, in_bytes: bool = False) -> tuple[int, int, str] | None:
    """The first escape sequence in a literal's text that no Python reads: its span, and what Python says.

    Names of characters are left alone: every version knows more of them.
    """
    for match in _ESCAPE.finditer(body) if "\\" in body else ():
        _, _, _, _, long, name, other = match.groups()
        message = ""
        if in_bytes:
            message = "(value error) invalid \\x escape" if other == "x" else ""
        elif other in _DIGITS:
            message = f"(unicode error) truncated \\{other}{'X' * _DIGITS[other]} escape"
        elif other == "N" or name == "":
            message = "(unicode error) malformed \\N character escape"
        elif long is not None and int(long, 16) > sys.maxunicode:
            message = "(unicode error) illegal Unicode character"
        if message:
            return match.start(), match.end(), message
    return None


def string_value(literal: str) -> str | bytes | None:
    """The value of one string literal that is no f-string; None where Python refuses an escape."""
    prefix, body = string_parts(literal)
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if "b" in prefix:
        try:
            return (body if "r" in prefix else unescape(body, in_bytes=True)).encode("latin-1")
        except ValueError:
            return None
    if "r" in prefix:
        return body
    try:
        return unescape(body)
    except ValueError:
        return None


def unescape(body: str, *, in_bytes: bool = False) -> str:
    """The text that escape sequences stand for. Raises ValueError for one that Python refuses."""
    if "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _replacement(match, in_bytes=in_bytes), body)


def _replacement(match: Match[str], *, in_bytes: bool) -> str:
    line_end, octal, hexadecimal, short, long, name, other = match.groups()
    if line_end is not None:
        return ""
    if octal is not None:
        return chr(int(octal, 8) & 0xFF if in_bytes else int(octal, 8))
    if hexadecimal is not None:
        return chr(int(hexadecimal, 16))
    if in_bytes:
        return _SIMPLE.get(other, match[0]) if other != "x" else _refuse(match)
    if short is not None or long is not None:
        return chr(int(short or long, 16))
    if name is not None:
        return _named(name)
    return _refuse(match) if other in ("x", "u", "U", "N") else _SIMPLE.get(other, match[0])


def _named(name: str) -> str:
    import unicodedata  # noqa: PLC0415  rare

    try:
        return unicodedata.lookup(name)
    except KeyError:
        raise ValueError(name) from None


def _refuse(match: Match[str]) -> str:
    raise ValueError(match[0])


def number_value(literal: str) -> int | float | complex | None:
    """The value of a number; None where it is too long for Python to read."""
    digits = literal.replace("_", "")
    try:
        if digits[-1] in "jJ":
            return complex(0, float(digits[:-1]))
        if digits[:2].lower() in ("0x", "0o", "0b"):
            return int(digits, 0)
        if any(mark in digits for mark in ".eE"):
            return float(digits)
        return int(digits)
    except ValueError:
        return None
