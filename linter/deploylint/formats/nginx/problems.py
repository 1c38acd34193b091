"""What is wrong with the syntax, in the words of ngx_conf_read_token (src/core/ngx_conf_file.c)."""

from collections.abc import Iterator

from deploylint.dataclass import dataclass, field
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.words import after_quote, each
from deploylint.pattern import pattern
from deploylint.source import Location, Source
from deploylint.syntax.problem import SyntaxProblem

DEEPEST = 14_000
"""So deep the tree goes. nginx 1.22 reads 12,000 blocks in each other and crashes at 14,000, with a stack of 8 MiB."""

_BUFFER = 4096
# A word of a quarter of the buffer may fill it: a code point has four bytes at most.
_WINDOW = _BUFFER // 8
_END_OF_FILE = 'unexpected end of file, expecting ";" or "}"'
_BLANKS = pattern(r"[ \t]*+")
_NEXT = pattern(r"[ \t\r\n]*+\}")


@dataclass(slots=True)
class Trouble:
    """What the parser met: broken statements, and the offsets of stray characters.

    `braces` are opening braces where none may stand, `extra` closing ones. `unclosed` are blocks that
    the end of the text closes, inner ones first. `too_deep` is where the first block begins that is left out of the tree.
    """

    misquoted: list[Statement] = field(default_factory=list)
    unfinished: list[Statement] = field(default_factory=list)
    braces: list[int] = field(default_factory=list)
    semicolons: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    unclosed: list[Block] = field(default_factory=list)
    too_deep: int | None = None


def problems(file: File, trouble: Trouble) -> tuple[SyntaxProblem, ...]:
    """The problems in the order of the text.

    Braces are not counted where a quoted word or an entry has swallowed some. Of a generated file only that is told
    which the tree does not show.
    """
    source = file.source
    if file.generated:
        return tuple(_nested_too_deep(source, trouble))
    if any("\n" in source.text[statement.start : statement.head_end] for statement in trouble.misquoted):
        trouble.extra.clear()
        trouble.unclosed.clear()
    if any(statement.end == len(source.text) for statement in trouble.unfinished):
        trouble.unclosed.clear()
    found = [
        *_too_long(file),
        *_nested_too_deep(source, trouble),
        *_stray(source, trouble),
        *(_broken(statement) for statement in (*trouble.misquoted, *trouble.unfinished)),
        *([] if trouble.braces else _unclosed(file, trouble.unclosed)),
    ]
    return tuple(sorted(found, key=lambda problem: problem.at.span))


def _nested_too_deep(source: Source, trouble: Trouble) -> Iterator[SyntaxProblem]:
    if trouble.too_deep is not None:
        yield SyntaxProblem(
            _character(source, trouble.too_deep),
            f"blocks are nested more than {DEEPEST} deep",
            "what is inside was not checked; nginx runs out of its stack of 8 MiB and crashes",
        )


def _too_long(file: File) -> Iterator[SyntaxProblem]:
    """Words and comments that do not fit the buffer of 4096 bytes with what ends them."""
    source = file.source
    text = source.text
    if len(text) <= _BUFFER or not (_has_gap(text, ";") or _has_gap(text, "\n")):
        return
    words = [
        (word.start, word.end, word.raw[0] if word.quoted else "")
        for statement, _ in file.walk()
        if statement.head_end - statement.start >= _BUFFER // 4
        for word in each(source, statement.start, statement.head_end)
        if word.end - word.start >= _BUFFER // 4
    ]
    comments = [(span.start, span.end, "") for span in file.comments()]
    for start, end, quote in (*words, *comments):
        piece = text[start + len(quote) : end]
        if len(piece) * 4 < _BUFFER or (size := len(piece.encode("utf-8", "surrogateescape"))) < _BUFFER:
            continue
        message = f'too long parameter "{piece[:10]}..." started'
        if quote and size > _BUFFER:
            message = f'too long parameter, probably missing terminating "{quote}" character'
        yield SyntaxProblem(
            _character(source, start), message, "nginx takes 4095 bytes at most in one word or comment"
        )


def _has_gap(text: str, mark: str) -> bool:
    """Whether some stretch of `_WINDOW` characters is without the mark. Any of twice that length holds such a stretch."""
    return any(text.find(mark, start, start + _WINDOW) < 0 for start in range(0, len(text), _WINDOW))


def _stray(source: Source, trouble: Trouble) -> Iterator[SyntaxProblem]:
    for offset in trouble.semicolons:
        yield SyntaxProblem(_character(source, offset), 'unexpected ";"', "take the semicolon away")
    for offset in trouble.braces:
        yield SyntaxProblem(_character(source, offset), 'unexpected "{"', "no block can begin here")
    for offset in trouble.extra:
        yield SyntaxProblem(
            _character(source, offset), 'unexpected "}"', "no block is open here: take the brace away"
        )


def _character(source: Source, offset: int) -> Location:
    return source.location(offset, offset + 1)


def _broken(statement: Statement) -> SyntaxProblem:
    offset = after_quote(statement.source, statement.start, statement.head_end + 1)
    return _unfinished(statement) if offset is None else _misquoted(statement, offset)


def _misquoted(statement: Statement, offset: int) -> SyntaxProblem:
    """`"a"b`. Where the quoted word spans lines, its opening quote is the likelier fault."""
    source = statement.source
    word = next(word for word in statement.words if word.end == offset)
    message = f'unexpected "{source.text[offset]}"'
    if "\n" not in word.raw:
        return SyntaxProblem(
            _character(source, offset), message, "after a closing quote comes a blank, a semicolon or a brace"
        )
    line = source.position(offset).line
    return SyntaxProblem(
        _character(source, word.start), message, f"the quote that opens here is closed on line {line} only"
    )


def _unfinished(statement: Statement) -> SyntaxProblem:
    source = statement.source
    last = statement.words[-1]
    following = _NEXT.match(source.text, statement.end)
    if last.quoted and (len(last.raw) == 1 or last.raw[-1] != last.raw[0]):
        return SyntaxProblem(
            _character(source, last.start), _END_OF_FILE, "the quote that opens here is never closed"
        )
    message = 'unexpected "}"' if following else _END_OF_FILE
    return SyntaxProblem(last.at, message, "a semicolon is missing here")


def _unclosed(file: File, blocks: list[Block]) -> Iterator[SyntaxProblem]:
    """One problem for all open blocks, where the indentation says that a brace is missing.

    None where a brace inside a word opened one of them by mistake: `location ~ /[0-9]{2}/ {`.
    """
    if not blocks or any(_opened_within_a_word(node) for node in _in_closing_order(file)):
        return
    suspect = (
        next((node for node in _in_closing_order(file) if _closed_by_anothers_brace(node)), None) or blocks[0]
    )
    yield SyntaxProblem(
        suspect.header, 'unexpected end of file, expecting "}"', "the block that begins here is not closed"
    )


def _opened_within_a_word(block: Block) -> bool:
    first = block.children[0] if block.children else None
    return first is not None and first.start == block.head_end + 1 and "}" in first.name


def _in_closing_order(file: File) -> list[Block]:
    blocks = [node for node, _ in file.walk() if isinstance(node, Block)]
    return sorted(blocks, key=lambda node: (node.end, -node.start))


def _closed_by_anothers_brace(block: Block) -> bool:
    """Whether the closing brace stands first on its line, less deeply indented than the block's first line."""
    opening, _ = _indentation(block.source, block.start)
    closing, first = _indentation(block.source, block.end - 1)
    return first and len(closing) < len(opening) and opening.startswith(closing)


def _indentation(source: Source, offset: int) -> tuple[str, bool]:
    """The blanks that a line begins with, and whether nothing else stands before the offset."""
    start = source.line_starts[source.position(offset).line - 1]
    match = _BLANKS.match(source.text, start, offset)
    blanks = match[0] if match else ""
    return blanks, start + len(blanks) == offset
