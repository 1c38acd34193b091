"""The source lines of a finding with carets under what is meant, as in rustc and zizmor."""

from collections.abc import Iterator, Sequence

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Diagnostic, Label
from deploylint.report.excerpt import Excerpt, excerpt
from deploylint.report.style import Paint
from deploylint.report.visible import visible
from deploylint.source import Location

_NEAR = 6  # lines between two labels that still share one arrow
_MOST_RELATED = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows are set: cells for line numbers, cells for source text, and the colours."""

    gutter: int
    room: int
    paint: Paint

    @property
    def bar(self) -> str:
        return self.paint("gutter", " " * self.gutter + " |")

    def numbered(self, number: int) -> str:
        return self.paint("gutter", f"{number:>{self.gutter}} |")


@dataclass(frozen=True, slots=True)
class Mark:
    """A label with the one line on which it is shown; `end` is a column from 0, `goes_on` past the line."""

    at: Location
    text: str
    primary: bool
    line: int
    start: int
    end: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Marks near each other in one file: one arrow."""

    marks: list[Mark]

    @property
    def head(self) -> Mark:
        return self.marks[0]

    @property
    def last_line(self) -> int:
        return max(mark.line for mark in self.marks)


def first_line_end(at: Location) -> tuple[int, bool]:
    """Where a span ends on its first line, as an offset, and whether it goes on after that line."""
    source, number = at.source, at.start.line
    starts = source.line_starts
    content_end = max(at.span.start, starts[number - 1] + len(source.line(number)))
    goes_on = number < len(starts) and at.span.end > starts[number]
    return min(at.span.end, content_end), goes_on


def blocks_of(diagnostic: Diagnostic) -> list[Block]:
    """The primary block first; a related label joins the block of its file that it is near to."""
    finding = diagnostic.finding
    blocks = [Block([_mark(Label(finding.at, finding.label), primary=True)])]
    for label in finding.related[:_MOST_RELATED]:
        mark = _mark(label, primary=False)
        near = next((block for block in blocks if _near(block, mark)), None)
        if near is None:
            blocks.append(Block([mark]))
        else:
            near.marks.append(mark)
    return blocks


def left_out(diagnostic: Diagnostic) -> int:
    """How many related labels `blocks_of` does not show."""
    return max(0, len(diagnostic.finding.related) - _MOST_RELATED)


def _near(block: Block, mark: Mark) -> bool:
    return block.head.at.path == mark.at.path and any(
        abs(other.line - mark.line) <= _NEAR for other in block.marks
    )


def _mark(label: Label, *, primary: bool) -> Mark:
    start = label.at.start
    end, goes_on = first_line_end(label.at)
    column = start.column - 1
    return Mark(
        label.at, label.text, primary, start.line, column, column + end - label.at.span.start, goes_on
    )


def block_rows(block: Block, layout: Layout, style: str) -> Iterator[str]:
    """The rows under an arrow: line numbers, lines, carets. `style` is the style of the primary carets."""
    yield layout.bar
    previous = None
    shown: tuple[int, str] | None = None
    source = block.head.at.source
    for mark in sorted(block.marks, key=lambda mark: (mark.line, mark.start, mark.end)):
        line = source.line(mark.line)
        cut = excerpt(line, min(mark.start, len(line)), min(mark.end, len(line)), layout.room)
        if previous is not None and mark.line - previous == 2:
            between = excerpt(source.line(previous + 1), 0, 0, layout.room)
            yield _row(layout.numbered(previous + 1), between.text)
        elif previous is not None and mark.line - previous > 2:
            yield layout.paint("gutter", "...")
        if shown != (mark.line, cut.text):
            yield _row(layout.numbered(mark.line), cut.text)
        shown = (mark.line, cut.text)
        previous = mark.line
        yield _row(layout.bar, _carets(mark, cut, layout.paint, style))


def _carets(mark: Mark, cut: Excerpt, paint: Paint, style: str) -> str:
    carets = ("^" if mark.primary else "-") * cut.width + ("..." if mark.goes_on else "")
    label = visible(mark.text)
    style = style if mark.primary else "related"
    return " " * cut.start + paint(style, f"{carets} {label}" if label else carets)


def _row(gutter: str, text: str) -> str:
    text = text.rstrip(" ")
    return f"{gutter} {text}" if text else gutter


def widest_line_number(blocks: Sequence[Block]) -> int:
    return max(block.last_line for block in blocks)
