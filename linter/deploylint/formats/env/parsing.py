"""From an env file's text to its entries."""

from deploylint.formats.env.nodes import Entry, EnvFile
from deploylint.source import Source, Span
from deploylint.syntax.compiled import env
from deploylint.syntax.driver import Parser
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.values.env_file import EnvDialect, parse_env_file


def parse(source: Source) -> EnvFile:
    """The entries of a file, whoever is going to read it. Never raises."""
    text = source.text
    templated = is_template(text)
    comments: list[Span] = []
    problems: list[SyntaxProblem] = []

    def bare(start: int, end: int) -> None:
        if not templated and (problem := _problem(source, start, end)) is not None:
            problems.append(problem)

    def entry(start: int, end: int) -> Entry:
        bare(start, end)
        return Entry(source, start, end)

    def comment(start: int, end: int) -> None:
        comments.append(Span(start, start + len(text[start:end].rstrip())))

    parser = Parser(env, builders={"start": list}, tokens={"ENTRY": entry, "COMMENT": comment, "BARE": bare})
    entries = [child for child in parser.parse(text).value if child is not None]
    return EnvFile(source, tuple(problems), entries, comments, templated=templated)


def _problem(source: Source, start: int, end: int) -> SyntaxProblem | None:
    """What all readers refuse or drop, a line judged by itself; in compose's words, which stops at the first."""
    text = source.text[start:end].rstrip()
    found = parse_env_file(text, EnvDialect.COMPOSE).problems
    if not found or not all(parse_env_file(text, dialect).problems for dialect in EnvDialect):
        return None
    first = found[0]
    stop = min(first.end, max(text.find("\n"), 0) or len(text))
    at = source.location(start + first.start, start + max(stop, first.start))
    return SyntaxProblem(at, first.message, "write NAME=value, with quotes around a value that holds blanks")
