"""Turn fixes into new texts."""

from collections.abc import Iterable

from deploylint.dataclass import replace
from deploylint.diagnostic import Edit, Fix
from deploylint.source import Source


class OverlapError(ValueError):
    """Two edits want to change the same text."""


def with_line_ends(fix: Fix) -> Fix:
    """The fix with the line ends of the files that it changes: a rule writes LF, whatever the file has."""
    return replace(
        fix,
        edits=tuple(
            replace(edit, replacement=edit.replacement.replace("\r\n", "\n").replace("\n", "\r\n"))
            if "\n" in edit.replacement and _ends_lines_with_crlf(edit.at.source)
            else edit
            for edit in fix.edits
        ),
    )


def _ends_lines_with_crlf(source: Source) -> bool:
    first = source.text.find("\n")
    return source.text[first - 1 : first] == "\r"


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
