"""Edits that several rules on nginx make."""

from deploylint import Edit
from deploylint.formats.nginx import Statement
from deploylint.source import Location, Span


def removal(statement: Statement) -> Edit:
    """Delete a simple directive, and its line with it when nothing else stands there."""
    text = statement.source.text
    start, end = statement.start, statement.end
    line = text.rfind("\n", 0, start) + 1
    behind = text.find("\n", end)
    behind = len(text) if behind < 0 else behind + 1
    if not text[line:start].strip() and not text[end:behind].strip():
        start, end = line, behind
    return Edit(Location(statement.source, Span(start, end)), "")
