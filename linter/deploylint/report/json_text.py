"""JSON that every reader accepts."""

from json.encoder import JSONEncoder

from deploylint.pattern import Match, pattern
from deploylint.report.visible import decodable

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_WIDE = pattern("[^\x00-\x7e]")


def json_text(value: object) -> str:
    """The value in ASCII on one line, keys in their given order, U+FFFD for each lone surrogate."""
    return _WIDE.sub(_escape, decodable(_encode(value))) + "\n"


def _escape(match: Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
