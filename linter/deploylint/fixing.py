"""Turn fixes into new texts."""

from collections.abc import Iterable

from deploylint.diagnostic import Edit
from deploylint.source import Source


class OverlapError(ValueError):
    """Two edits want to change the same text."""


def apply_edits(edits: Iterable[Edit]) -> dict[str, str]:
    """The new text of every file that the edits touch, by path; all other text stays as it is.

    Equal edits count once. Raises OverlapError when two different ones touch the same text.
    """
    by_source: dict[Source, set[tuple[int, int, str]]] = {}
    for edit in edits:
        span = edit.at.span
        by_source.setdefault(edit.at.source, set()).add((span.start, span.end, edit.replacement))
    return {source.path: _rewrite(source, sorted(changes)) for source, changes in by_source.items()}


def _rewrite(source: Source, changes: list[tuple[int, int, str]]) -> str:
    pieces, done = [], 0
    for start, end, replacement in changes:
        if start < done:
            raise OverlapError(f"{source.path}: edits overlap at offset {start}")
        pieces += [source.text[done:start], replacement]
        done = end
    return "".join([*pieces, source.text[done:]])
