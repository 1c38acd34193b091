"""Logical lines: physical ones joined where a backslash ends them, with the way back to the text."""

from bisect import bisect_right
from sys import maxsize

from deploylint.pattern import pattern

BLANKS = " \t\n\r"
"""What systemd strips around lines, keys and values (WHITESPACE in src/basic/string-util.h)."""

_END = r"(?:\n\r?+\0?+|\r\n?+\0?+|\0)"
_COMMENT_LINE = rf"[ \t]*+[#;][^\n\r\0]*+(?:{_END}|\Z)"
_PIECE = pattern(
    rf"(?P<text>(?:[^\\\n\r\0]++|\\[^\n\r\0])*+)(?P<continued>\\(?:{_END}(?:{_COMMENT_LINE})*+|\Z))?+"
)
_INNER_COMMENT = pattern(r"[ \t]*+(?P<comment>[#;][^\n\r\0]*+)")
_LINE_END = pattern(r"[\n\r\0]")

Pieces = tuple[tuple[int, int], ...]
"""(offset in the joined text, offset in the source) of each piece, in order."""


def is_continued(text: str, start: int, end: int) -> bool:
    """Whether the logical line is made of several physical ones, or ends with a backslash at the end of the file."""
    if text.find("\\", start, end) < 0:  # which is in front of every line end within a logical line
        return False
    return _LINE_END.search(text, start, end) is not None or (
        end == len(text) and text.endswith("\\") and _ends_with_escape(text, start)
    )


def _ends_with_escape(text: str, start: int) -> bool:
    line = text[start:]
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def join(text: str, start: int, end: int) -> tuple[str, Pieces]:
    """The joined text, each backslash that continues a line being one blank, and the places of its pieces."""
    if text.find("\\", start, end) < 0 and _LINE_END.search(text, start, end) is None:
        return text[start:end], ((0, start),)
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    while start < end and (match := _PIECE.match(text, start, end)):
        piece = match["text"]
        parts.append(piece)
        pieces.append((length, start))
        length += len(piece)
        if match["continued"]:
            parts.append(" ")
            pieces.append((length, match.start("continued")))
            length += 1
        elif match.end() == start:
            break
        start = match.end()
    return "".join(parts), tuple(pieces)


def source_offset(pieces: Pieces, offset: int) -> int:
    """Where a code point of the joined text stands in the source."""
    joined, source = pieces[bisect_right(pieces, (offset, maxsize)) - 1]
    return source + offset - joined


def inner_comments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The comments between the physical lines of one logical line."""
    if text.find("\\", start, end) < 0:
        return []
    return [
        comment.span("comment")
        for line_end in _LINE_END.finditer(text, start, end)
        if (comment := _INNER_COMMENT.match(text, line_end.end(), end))
    ]
