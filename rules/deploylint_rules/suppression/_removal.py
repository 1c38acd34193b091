"""Taking names out of a comment, or the comment as a whole."""

from collections.abc import Collection, Sequence

from deploylint import Edit, Fix, Safety
from deploylint.source import Location

Names = Sequence[tuple[str, Location]]


def without(comment: Location, names: Names, gone: Collection[str], safety: Safety) -> Fix:
    """Take some names out; the whole comment, with its line if nothing else is on it, when none remains."""
    kept = [name for name, _ in names if name not in gone]
    if not kept:
        return Fix("remove the comment", (Edit(_whole(comment), ""),), safety)
    inside = comment.source.location(names[0][1].span.start, names[-1][1].span.end)
    return Fix(f"remove {', '.join(gone)}", (Edit(inside, ", ".join(kept)),), safety)


def _whole(comment: Location) -> Location:
    source, number = comment.source, comment.start.line
    start = source.line_starts[number - 1]
    before = source.text[start : comment.span.start]
    end = start + len(source.line(number))
    if before.strip() or source.text[comment.span.end : end].strip():
        return source.location(start + len(before.rstrip()), min(comment.span.end, end))
    below = source.line_starts[number] if number < len(source.line_starts) else len(source.text)
    return source.location(start, below)
