r"""Text from linted files and paths, made harmless and honest for a terminal or a page.

Characters that move the cursor, reorder the line or cannot be seen are shown as escapes: `\x1b`,
`\u202e`, `\udcff`. A backslash that was there before stays as it is.
"""

from deploylint.pattern import Match, pattern

_HIDDEN = pattern(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\xad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # format, bidi, line ends
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters without ink
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, noncharacters that XML forbids
    "\U000e0000-\U000e0fff"  # tags and variation selectors: text hidden in text
    "]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SURROGATE = pattern("[\ud800-\udfff]")


def visible(text: str) -> str:
    """The text on one line, with every hidden character shown as an escape."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_escape, text)


def _escape(match: Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or escaped(character)


def escaped(character: str) -> str:
    r"""One character as `\xNN`, `\uNNNN` or `\UNNNNNNNN`."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def has_undecodable(text: str) -> bool:
    """Whether the text holds lone surrogates, which stand for bytes that are not UTF-8 (PEP 383)."""
    return _SURROGATE.search(text) is not None


def decodable(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which strict JSON readers refuse even when escaped."""
    return _SURROGATE.sub("\ufffd", text)
