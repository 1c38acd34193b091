"""From a Dockerfile's text to its instructions."""

from collections.abc import Iterator
from itertools import islice

from deploylint.formats.dockerfile.lines import classify, escape_of, heredocs
from deploylint.formats.dockerfile.nodes import Dockerfile, Instruction
from deploylint.pattern import IGNORECASE, MULTILINE, pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import dockerfile
from deploylint.syntax.driver import Parser, Token, Tree
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.values.errors import printable

KNOWN = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER "
    "VOLUME WORKDIR".split()
)
"""All instructions of buildkit (frontend/dockerfile/command/command.go)."""

_PARSER = Parser(dockerfile, postlex=classify)
# Another front end may know other instructions.
# As the scripts of official images fill in: `FROM php:%%VERSION%%`, or a line of its own.
_FILLED_IN = pattern(r"^(?:FROM\b[^\n]*?)?%%[A-Z][A-Z0-9_]*+%%", MULTILINE)
_FOREIGN_SYNTAX = pattern(
    r"\A\s*+#[ \t]*+syntax[ \t]*+=[ \t]*+(?!docker/dockerfile|docker\.io/docker/dockerfile)", IGNORECASE
)


def parse(source: Source) -> Dockerfile:
    """The instructions and what buildkit's parser would refuse. Never raises."""
    text, escape = source.text, escape_of(source.text)
    instructions: list[Instruction] = []
    comments: list[Span] = []
    unclosed: list[Instruction] = []
    for node in _PARSER.parse(text).value.children:
        tokens: list[Token] = node.children if isinstance(node, Tree) else [node]
        comments += [_comment(text, token) for token in tokens if token.type == "COMMENT"]
        if isinstance(node, Tree):
            instruction, closed = _instruction(source, tokens, escape)
            instructions.append(instruction)
            if not closed:
                unclosed.append(instruction)
    templated = is_template(text) or ("%%" in text and _FILLED_IN.search(text) is not None)
    quiet = templated or _FOREIGN_SYNTAX.match(text) is not None
    # The builder stops at the first one.
    problems = () if quiet else tuple(islice(_problems(source, instructions, unclosed), 1))
    return Dockerfile(source, problems, instructions, comments, templated=templated)


def _instruction(source: Source, tokens: list[Token], escape: str) -> tuple[Instruction, bool]:
    """The instruction, and whether its here-documents are closed."""
    lines = [Span(token.start, token.end) for token in tokens if token.type in {"FIRST", "CONTINUED"}]
    blanked = [Span(token.start, token.end) for token in tokens if token.type in {"COMMENT", "BLANK"}]
    bodies = [source.text[token.start : token.end].strip() for token in tokens if token.type == "HEREDOC"]
    closed = True
    if bodies:
        names = [name for line in lines for name in heredocs(source.text[line.start : line.end])]
        closed = bodies[-1] == names[-1]
    return Instruction(source, lines, blanked, escape, heredoc=bool(bodies)), closed


def _comment(text: str, token: Token) -> Span:
    line = text[token.start : token.end]
    return Span(token.start + len(line) - len(line.lstrip()), token.start + len(line.rstrip()))


def _problems(
    source: Source, instructions: list[Instruction], unclosed: list[Instruction]
) -> Iterator[SyntaxProblem]:
    staged = False
    for instruction in instructions:
        if instruction.name not in KNOWN:
            message = printable(f"unknown instruction: {instruction.name[:40]}")
            yield SyntaxProblem(
                instruction.name_at, message, "end the line before with a backslash if it belongs to it"
            )
        elif instruction in unclosed:
            yield SyntaxProblem(
                instruction.at, "unterminated heredoc", "write its closing word on a line of its own"
            )
        elif not staged and instruction.name not in {"FROM", "ARG"}:
            yield SyntaxProblem(instruction.name_at, "no build stage in current context", "begin with FROM")
        staged |= instruction.name == "FROM"
    if not instructions:
        yield SyntaxProblem(source.location(0, 0), "file with no instructions", "begin with FROM")
