"""From text to syntax tree."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import Block, Directive, Entry, File, Statement, Unfinished
from deploylint.formats.nginx.problems import DEEPEST, Trouble, problems
from deploylint.pattern import MULTILINE, pattern
from deploylint.source import Source, Span
from deploylint.syntax.compiled import nginx as grammar
from deploylint.syntax.driver import Lexeme, Parsed, Parser
from deploylint.typed import Any

RELAXED = frozenset({"map", "geo", "types", "split_clients", "charset_map", "num_map"})
"""Blocks whose statements are entries: their handler takes any first word, and no block."""

# Templates that may bring statements and braces of their own, so that nobody can tell what is missing.
_MARKS = pattern(r"\{\{[^{}\n]*+\}\}|\{%|<%")
# Two patterns, since a search for a fixed beginning is the fastest there is.
_AT_MARKS = pattern(r"@@?[A-Z][A-Z0-9_]*+@")
_VARIABLES = pattern(r"\$\{[A-Z_][A-Za-z0-9_]*+[}:?-]")
# One that stands for whole statements.
_STATEMENTS = pattern(r"^[ \t]*+\$\{[A-Z_][A-Za-z0-9_]*+\}[ \t]*+$", MULTILINE)


class _TooDeepError(Exception):
    """There is a block that is nested deeper; its head begins at `start`."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def parse(source: Source) -> File:
    """The file's tree and what is wrong with its syntax. Never raises; linear in the text.

    Blocks that are nested too deep for nginx are left out of the tree.
    """
    try:
        return _parse(source, Trouble())
    except _TooDeepError as error:
        trouble = Trouble(too_deep=error.start)
    return _parse(source, trouble)


def _parse(source: Source, trouble: Trouble) -> File:
    """Raises _TooDeepError, unless it is known where the first of such blocks is."""
    text = source.text

    # Whether the lines are entries: of the file, and of each block that is open.
    relaxed = [False]
    names: set[str] = set()

    def simple(start: int, end: int) -> Statement:
        if relaxed[-1]:
            return Entry(source, start, end)
        node = Directive(source, start, end)
        names.add(node.name)
        return node

    def opened(start: int, end: int) -> Block:
        node = Block(source, start, end)
        names.add(node.name)
        relaxed.append(node.name in RELAXED)
        if len(relaxed) > DEEPEST + 1:
            raise _TooDeepError(start)
        return node

    def closed(start: int, end: int) -> int:
        """Where a block ends; -1 for a closing brace that the parser made up."""
        relaxed.pop()
        return end if end > start else -1

    def misquoted(start: int, end: int) -> Statement:
        node = simple(start, end)
        trouble.misquoted.append(node)
        return node

    def misquoted_block(start: int, end: int) -> Block:
        node = opened(start, end)
        trouble.misquoted.append(node)
        return node

    def unfinished(start: int, end: int) -> Unfinished:
        node = Unfinished(source, start, end)
        names.add(node.name)
        trouble.unfinished.append(node)
        return node

    def nameless(start: int, end: int) -> Block:
        trouble.braces.append(start)
        return opened(start, end)

    def semicolon(start: int, end: int) -> None:
        del end
        trouble.semicolons.append(start)

    def block(children: list[Any]) -> Block:
        node: Block = children[0]
        node.end = children[-1]
        if node.end < 0:
            node.end = len(text)
            trouble.unclosed.append(node)
        if len(children) > 2:
            held = children[1:-1]
            if trouble.semicolons:
                held = [child for child in held if child is not None]
            if node.name in RELAXED:
                trouble.braces += [child.head_end for child in held if isinstance(child, Block)]
            node.children = tuple(held)
        return node

    parser = Parser(
        grammar,
        builders={"start": list, "block": block},
        tokens={
            "PLAIN": simple,
            "SIMPLE": simple,
            "PLAIN_OPEN": opened,
            "OPEN": opened,
            "MISQUOTED": misquoted,
            "MISQUOTED_OPEN": misquoted_block,
            "UNFINISHED": unfinished,
            "BRACE": nameless,
            "SEMICOLON": semicolon,
            "CLOSE": closed,
        },
        recover=True,
        closers=("CLOSE",),
        postlex=None if trouble.too_deep is None else _without_the_deepest,
    )
    parsed = parser.parse(_without_lua(text))
    trouble.extra = [error.start for error in parsed.errors if error.type == "CLOSE"]
    file = _file(source, parsed, names)
    file.problems = problems(file, trouble)
    return file


def _without_the_deepest(lexemes: Iterator[Lexeme], text: str) -> Iterator[Lexeme]:
    del text
    opening = {grammar.TERMINALS.index(name) for name in ("PLAIN_OPEN", "OPEN", "MISQUOTED_OPEN", "BRACE")}
    closing = grammar.TERMINALS.index("CLOSE")
    depth = 0
    for lexeme in lexemes:
        depth += lexeme[0] in opening
        if depth <= DEEPEST:
            yield lexeme
        if lexeme[0] == closing and depth:
            depth -= 1


def _file(source: Source, parsed: Parsed, names: set[str]) -> File:
    text = source.text
    children: list[Statement] = [child for child in parsed.value if child is not None]
    comments = [Span(token.start, token.end) for token in parsed.ignored if token.type == "COMMENT"]
    if "include" in text:  # an entry may be one
        names.add("include")
    marked = ("{{" in text or "{%" in text or "<%" in text) and _MARKS.search(text) is not None
    variables = "${" in text and _VARIABLES.search(text) is not None
    filled_in = variables or ("@" in text and _AT_MARKS.search(text) is not None)
    marked = marked or (variables and _STATEMENTS.search(text) is not None)
    return File(source, children, comments, names, templated=marked or filled_in, generated=marked)


def _without_lua(text: str) -> str:
    if "_by_lua_block" not in text:
        return text
    from deploylint.formats.nginx.lua import hide  # noqa: PLC0415  few files have any

    return hide(text)
