"""Edits of whole options: a line below one, or an option gone with its continuation lines."""

from deploylint.diagnostic import Edit
from deploylint.formats.supervisor.nodes import Option


def below(option: Option, text: str) -> Edit:
    """A further line with the option's indentation, below its last one."""
    source = option.source
    start = source.line_starts[option.at.start.line - 1]
    last = option.at.end.line
    end = source.line_starts[last - 1] + len(source.line(last))
    indentation = source.text[start : option.name_span.start]
    return Edit(source.location(end, end), f"\n{indentation}{text}")


def removed(option: Option) -> Edit:
    """The option's lines away, comments behind its value included."""
    source = option.source
    start = source.line_starts[option.at.start.line - 1]
    last = option.at.end.line
    starts = source.line_starts
    end = starts[last] if last < len(starts) else len(source.text)
    return Edit(source.location(start, end), "")
