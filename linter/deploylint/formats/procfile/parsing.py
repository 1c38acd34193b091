"""From a Procfile's text to its entries."""

from deploylint.formats.procfile.nodes import Entry, Procfile
from deploylint.source import Source, Span
from deploylint.syntax.compiled import procfile
from deploylint.syntax.driver import Parser
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template

_PARSER = Parser(procfile)


def parse(source: Source) -> Procfile:
    """The entries; what foreman and honcho pass over without a word becomes a problem. Never raises."""
    entries: list[Entry] = []
    comments: list[Span] = []
    problems: list[SyntaxProblem] = []
    for token in _PARSER.parse(source.text).value.children:
        end = token.start + len(source.text[token.start : token.end].rstrip())
        if token.type == "COMMENT":
            comments.append(Span(token.start, end))
            continue
        if token.type == "ENTRY":
            entry = Entry(source, token.start, token.end)
            if entry.command:
                entries.append(entry)
                continue
        message = "this line is no process type: it has no name and command with a colon between"
        help_text = "write name: command on one line; the name has letters, digits, _ and - only"
        problems.append(SyntaxProblem(source.location(token.start, end), message, help_text, refused=False))
    templated = is_template(source.text)
    return Procfile(source, () if templated else tuple(problems), entries, comments, templated=templated)
