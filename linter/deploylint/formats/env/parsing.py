"""From an env file's text to its entries."""

from collections.abc import Iterator

from deploylint.formats.env.nodes import Entry, EnvFile
from deploylint.source import Source, Span
from deploylint.syntax.compiled import env
from deploylint.syntax.driver import Parser, Token
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.values.env_file import EnvDialect, parse_env_file

_PARSER = Parser(env)


def parse(source: Source) -> EnvFile:
    """The entries of a file, whoever is going to read it. Never raises."""
    entries: list[Entry] = []
    comments: list[Span] = []
    tokens: list[Token] = _PARSER.parse(source.text).value.children
    for token in tokens:
        if token.type == "ENTRY":
            entry = Entry(source, token.start, token.end)
            entries.append(entry)
            if entry.comment is not None:
                comments.append(entry.comment)
        elif token.type == "COMMENT":
            comments.append(Span(token.start, token.start + len(_text(source, token).rstrip())))
    templated = is_template(source.text)
    problems = () if templated else tuple(_problems(source, tokens))
    return EnvFile(source, problems, entries, comments, templated=templated)


def _problems(source: Source, tokens: list[Token]) -> Iterator[SyntaxProblem]:
    """What all readers refuse or drop, each line judged by itself; in compose's words, which stops at the first."""
    for token in tokens:
        text = _text(source, token).rstrip()
        if token.type == "COMMENT":
            continue
        found = parse_env_file(text, EnvDialect.COMPOSE).problems
        if not found or not all(parse_env_file(text, dialect).problems for dialect in EnvDialect):
            continue
        first = found[0]
        end = min(first.end, max(text.find("\n"), 0) or len(text))
        at = source.location(token.start + first.start, token.start + max(end, first.start))
        yield SyntaxProblem(
            at, first.message, "write NAME=value, with quotes around a value that holds blanks"
        )


def _text(source: Source, token: Token) -> str:
    return source.text[token.start : token.end]
