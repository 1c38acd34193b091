"""The comment that silences a finding where it is: tried out before it is offered.

Formats differ in what a comment is and which line begins a statement. So each candidate is put into the text, the text
is parsed again, and the first one that covers the finding and breaks nothing is taken.
"""

from collections.abc import Iterator
from typing import Any

from deploylint import run, suppression
from deploylint.dataclass import replace
from deploylint.diagnostic import Diagnostic, Edit
from deploylint.document import Document
from deploylint.source import Location, Source, Span

_COMMENTS = ("# {}", "<!-- {} -->")
_MOST_LINES = 40
"""How far above the finding its statement may begin."""


def silencing(document: Document, diagnostic: Diagnostic) -> Edit | None:
    """The edit that makes a comment above the statement name the rule; None where no comment would do."""
    if diagnostic.at.source is not document.source:
        return None
    for edit in _candidates(document, diagnostic):
        if _silences(document, diagnostic, edit):
            return edit
    return None


def _candidates(document: Document, diagnostic: Diagnostic) -> Iterator[Edit]:
    source = document.source
    extended = _extended(document, diagnostic)
    if extended is not None:
        yield extended
    last = diagnostic.at.start.line
    newline = "\r\n" if "\r\n" in source.text else "\n"
    begun = _lines(document)
    for line in range(last, max(0, last - _MOST_LINES), -1):
        if line not in begun:
            continue
        text = source.line(line)
        indentation = text[: len(text) - len(text.lstrip(" \t"))]
        start = source.line_starts[line - 1]
        for comment in _COMMENTS:
            written = comment.format(f"deploylint: ignore[{diagnostic.rule}]")
            yield Edit(source.location(start, start), f"{indentation}{written}{newline}")


def _lines(document: Document) -> frozenset[int]:
    """The lines on which something begins: a comment inside a statement would be a surprise."""
    starts = (_start(node) for node, _ in document.walk())
    return frozenset(document.source.position(start).line for start in starts)


def _start(node: Any) -> int:
    """Where a node begins, whichever way its format tells."""
    if hasattr(node, "at"):
        return int(node.at.span.start)
    return int(node.span.start if hasattr(node, "span") else node.start)


def _extended(document: Document, diagnostic: Diagnostic) -> Edit | None:
    """The rule's name at the end of a list that covers the place already."""
    for comment in suppression.read([document], lambda name: name):
        inside = comment.covers.start <= diagnostic.at.span.start < comment.covers.end
        if inside and comment.rules:
            end = max(span.end for span in comment.rules.values())
            return Edit(document.source.location(end, end), f", {diagnostic.rule}")
    return None


def _silences(document: Document, diagnostic: Diagnostic, edit: Edit) -> bool:
    text, start = document.source.text, edit.at.span.start
    source = Source(document.path, text[:start] + edit.replacement + text[start:])
    after = run.parsed(source, document.format)
    span, moved = diagnostic.at.span, len(edit.replacement)
    if len(after.problems) > len(document.problems) or span.start < start:
        return False
    at = Location(source, Span(span.start + moved, span.end + moved))
    here = replace(diagnostic, finding=replace(diagnostic.finding, at=at, related=()))
    _, silenced = suppression.silence([here], suppression.read([after], lambda name: name))
    return bool(silenced)
