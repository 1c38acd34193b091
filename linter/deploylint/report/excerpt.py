"""One line of a file as terminal cells: tabs expanded, hidden characters shown, long lines cut."""

from itertools import accumulate

from deploylint.dataclass import dataclass
from deploylint.report.visible import escaped, visible

_TAB = 4
_ELLIPSIS = "..."
_MOST_MARKS = 4  # combining marks on one character; more than that draws over the lines around


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The text to print, and the cells of it that are meant: `start` from 0, `width` at least 1."""

    text: str
    start: int
    width: int


def excerpt(line: str, start: int, end: int, room: int) -> Excerpt:
    """The part of a line that fits into `room` cells and shows the characters `start` to `end`."""
    if len(line) <= room and line.isascii() and line.isprintable():
        return Excerpt(line, start, max(1, end - start))
    low, high = max(0, start - room), min(len(line), start + 2 * room)
    pieces = _pieces(line[low:high])
    cells = [0, *accumulate(width for _, width in pieces)]
    first, last = start - low, min(end, high) - low
    whole = low == 0 and high == len(line) and cells[-1] <= room
    left = (
        0 if whole or (low == 0 and cells[last] <= room - len(_ELLIPSIS)) else _left(cells, first, room // 3)
    )
    before = _ELLIPSIS if low + left > 0 else ""
    right = len(pieces) if whole else _right(cells, left, room - len(before) - len(_ELLIPSIS))
    after = _ELLIPSIS if low + right < len(line) else ""
    shown = cells[min(last, right)] - cells[first] if right > first else 0
    text = before + "".join(piece for piece, _ in pieces[left:right]) + after
    return Excerpt(text, len(before) + cells[first] - cells[left], max(1, shown))


def _left(cells: list[int], first: int, most: int) -> int:
    left = first
    while left > 0 and cells[first] - cells[left - 1] <= most:
        left -= 1
    return left


def _right(cells: list[int], left: int, most: int) -> int:
    right = left
    while right + 1 < len(cells) and cells[right + 1] - cells[left] <= most:
        right += 1
    return right


def _pieces(text: str) -> list[tuple[str, int]]:
    """What to print for each character, and how many cells it takes."""
    pieces: list[tuple[str, int]] = []
    column = marks = 0
    for character in text:
        piece, width = _piece(character, column)
        marks = marks + 1 if width == 0 else 0
        if marks > _MOST_MARKS:
            piece = escaped(character)
            width = len(piece)
        pieces.append((piece, width))
        column += width
    return pieces


def _piece(character: str, column: int) -> tuple[str, int]:
    if character == "\t":
        width = _TAB - column % _TAB
        return " " * width, width
    shown = visible(character)
    if len(shown) > 1 or shown.isascii():
        return shown, len(shown)
    from unicodedata import category, east_asian_width  # noqa: PLC0415  most lines are ASCII

    if category(shown) in {"Mn", "Me"}:
        return shown, 0
    return shown, 2 if east_asian_width(shown) in {"W", "F"} else 1
