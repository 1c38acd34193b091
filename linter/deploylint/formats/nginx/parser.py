"""From text to syntax tree."""

from collections.abc import Iterator

from deploylint.document import Chain
from deploylint.formats.nginx.nodes import (
    INDEXED,
    Block,
    ByName,
    Directive,
    Entry,
    File,
    Statement,
    Unfinished,
)
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
    nodes = _Nodes(source, trouble)
    parser = Parser(
        grammar,
        builders={"start": list, "block": nodes.block},
        tokens={
            "PLAIN": nodes.simple,
            "SIMPLE": nodes.simple,
            "PLAIN_OPEN": nodes.opened,
            "OPEN": nodes.opened,
            "MISQUOTED": nodes.misquoted,
            "MISQUOTED_OPEN": nodes.misquoted_block,
            "UNFINISHED": nodes.unfinished,
            "BRACE": nodes.nameless,
            "SEMICOLON": nodes.semicolon,
            "CLOSE": nodes.closed,
        },
        recover=True,
        closers=("CLOSE",),
        postlex=None if trouble.too_deep is None else _without_the_deepest,
    )
    parsed = parser.parse(_without_lua(source.text))
    trouble.extra = [error.start for error in parsed.errors if error.type == "CLOSE"]
    file = _file(source, parsed, nodes)
    file.problems = problems(file, trouble)
    return file


class _Nodes:
    """Makes the nodes of a file as the parser comes to them.

    `by_name`: of a text that is not `indexed` the names only, since the index would be as large as half of the tree.
    """

    __slots__ = ("_around", "_depth", "_relaxed", "_source", "_trouble", "by_name", "indexed")

    def __init__(self, source: Source, trouble: Trouble) -> None:
        self._source = source
        self._trouble = trouble
        self.indexed = len(source.text) <= INDEXED
        self.by_name: ByName = {}
        # The blocks that are open, how many they are, and whether the lines of the innermost are entries.
        self._around: Chain = None
        self._depth = 0
        self._relaxed = False

    def _noted(self, node: Directive | Block) -> tuple[Statement, Chain]:
        one = node, self._around
        found = self.by_name.get(node.name)
        if found is None:
            self.by_name[node.name] = [one]
        elif self.indexed:
            found.append(one)
        return one

    def simple(self, start: int, end: int) -> Statement:
        if self._relaxed:
            return Entry(self._source, start, end)
        node = Directive(self._source, start, end)
        self._noted(node)
        return node

    def opened(self, start: int, end: int) -> Block:
        if self._depth == DEEPEST:
            raise _TooDeepError(start)
        node = Block(self._source, start, end)
        self._around = self._noted(node)
        self._depth += 1
        self._relaxed = node.name in RELAXED
        return node

    def closed(self, start: int, end: int) -> int:
        """Where a block ends; -1 for a closing brace that the parser made up."""
        assert self._around is not None  # noqa: S101  the grammar takes one for an open block only
        self._around = self._around[1]
        self._depth -= 1
        self._relaxed = self._around is not None and self._around[0].name in RELAXED
        return end if end > start else -1

    def misquoted(self, start: int, end: int) -> Statement:
        node = self.simple(start, end)
        self._trouble.misquoted.append(node)
        return node

    def misquoted_block(self, start: int, end: int) -> Block:
        node = self.opened(start, end)
        self._trouble.misquoted.append(node)
        return node

    def unfinished(self, start: int, end: int) -> Unfinished:
        node = Unfinished(self._source, start, end)
        self._noted(node)
        self._trouble.unfinished.append(node)
        return node

    def nameless(self, start: int, end: int) -> Block:
        self._trouble.braces.append(start)
        return self.opened(start, end)

    def semicolon(self, start: int, end: int) -> None:
        del end
        self._trouble.semicolons.append(start)

    def block(self, children: list[Any]) -> Block:
        node: Block = children[0]
        node.end = children[-1]
        if node.end < 0:
            node.end = len(self._source.text)
            self._trouble.unclosed.append(node)
        if len(children) > 2:
            held = children[1:-1]
            if self._trouble.semicolons:
                held = [child for child in held if child is not None]
            if node.name in RELAXED:
                self._trouble.braces += [child.head_end for child in held if isinstance(child, Block)]
            node.children = tuple(held)
        return node


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


def _file(source: Source, parsed: Parsed, nodes: _Nodes) -> File:
    text = source.text
    children: list[Statement] = [child for child in parsed.value if child is not None]
    comments = [Span(token.start, token.end) for token in parsed.ignored if token.type == "COMMENT"]
    names = frozenset(nodes.by_name)
    if "include" in text and "include" not in names:  # an entry may be one
        names |= {"include"}
    marked = ("{{" in text or "{%" in text or "<%" in text) and _MARKS.search(text) is not None
    variables = "${" in text and _VARIABLES.search(text) is not None
    filled_in = variables or ("@" in text and _AT_MARKS.search(text) is not None)
    marked = marked or (variables and _STATEMENTS.search(text) is not None)
    return File(
        source,
        children,
        comments,
        names,
        nodes.by_name if nodes.indexed else None,
        templated=marked or filled_in,
        generated=marked,
    )


def _without_lua(text: str) -> str:
    if "_by_lua_block" not in text:
        return text
    from deploylint.formats.nginx.lua import hide  # noqa: PLC0415  few files have any

    return hide(text)
