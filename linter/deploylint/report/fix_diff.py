"""The lines that a fix changes, before and after."""

from collections.abc import Sequence

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Edit, Fix
from deploylint.pattern import pattern
from deploylint.source import Source

_LINE = pattern(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of one file and what replaces them. Line numbers count from 1: `line` before, `new_line` after."""

    source: Source
    line: int
    new_line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def changes_of(fix: Fix) -> list[Change]:
    """What the fix changes, file by file in the order of their first edit, without lines that stay."""
    changes: list[Change] = []
    sources = {id(edit.at.source): edit.at.source for edit in fix.edits}
    for key, source in sources.items():
        edits = sorted(
            (edit for edit in fix.edits if id(edit.at.source) == key), key=lambda edit: edit.at.span
        )
        shift = 0
        for hunk in _hunks(source, edits):
            change = _change(source, hunk, shift)
            shift += len(change.new) - len(change.old)
            if change.old or change.new:
                changes.append(change)
    return changes


def _hunks(source: Source, edits: Sequence[Edit]) -> list[list[Edit]]:
    """Edits that touch a common line, together."""
    hunks: list[list[Edit]] = []
    last = 0
    for edit in edits:
        if edit.at.start.line > last:
            hunks.append([])
        hunks[-1].append(edit)
        last = max(last, source.position(edit.at.span.end).line)
    return hunks


def _change(source: Source, edits: Sequence[Edit], shift: int) -> Change:
    first = edits[0].at.start.line
    last = source.position(max(edit.at.span.end for edit in edits)).line
    starts = source.line_starts
    begin = starts[first - 1]
    end = starts[last] if last < len(starts) else len(source.text)
    pieces, at = [], begin
    for edit in edits:
        pieces += [source.text[at : max(at, edit.at.span.start)], edit.replacement]
        at = max(at, edit.at.span.end)
    old, new = _lines(source.text[begin:end]), _lines("".join(pieces) + source.text[at:end])
    same = _common(old, new)
    tail = _common(old[same:][::-1], new[same:][::-1])
    old, new = old[same : len(old) - tail], new[same : len(new) - tail]
    line = first + same
    return Change(source, line, line + shift, tuple(old), tuple(new))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))


def _lines(text: str) -> list[str]:
    """Lines without their ends; `str.splitlines` would also break at form feeds and U+2028."""
    return [line.rstrip("\r\n") for line in _LINE.findall(text)]
