"""In which of nginx's contexts a statement stands."""

from collections.abc import Iterator
from functools import lru_cache
from operator import length_hint

from deploylint.document import Chain
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.vocabulary import nginx as vocabulary

INNER = {
    ("main", "events"): "events",
    ("main", "http"): "http",
    ("main", "stream"): "stream",
    ("main", "mail"): "mail",
    ("http", "server"): "server",
    ("http", "upstream"): "upstream",
    ("server", "location"): "location",
    ("server", "if"): "if-in-server",
    ("location", "location"): "location",
    ("location", "if"): "if-in-location",
    ("location", "limit_except"): "limit_except",
    ("stream", "server"): "stream-server",
    ("stream", "upstream"): "stream-upstream",
    ("mail", "server"): "mail-server",
}

# A fragment is taken for the first of these that suits it best.
_LIKELIEST = ("main", "http", "server", "location", "upstream", "stream", "stream-server", "events")
_CANDIDATES = (*_LIKELIEST, *(context for context in vocabulary.CONTEXTS if context not in _LIKELIEST))


def inner(context: str | None, block: Block) -> str | None:
    """The context inside a block; None where no directive of nginx itself stands: map entries, Lua, other modules."""
    return INNER.get((context, block.name)) if context else None


def within(context: str | None, chain: Chain) -> str | None:
    """The context of a place inside these blocks, when the file's own is `context`; None below a hundred blocks."""
    blocks: list[Block] = []
    while chain:
        if len(blocks) == 100:
            return None
        blocks.append(chain[0])
        chain = chain[1]
    for block in reversed(blocks):
        context = inner(context, block)
    return context


def statements(file: File, context: str | None) -> Iterator[tuple[Statement, str, Chain]]:
    """The directives with their contexts, entries and what stands in unknown blocks left out."""
    pending: list[tuple[Iterator[Statement], str | None, Chain]] = [(iter(file.children), context, None)]
    while pending:
        children, here, chain = pending[-1]
        for child in children:
            if here is None:
                continue
            yield child, here, chain
            if isinstance(child, Block) and child.children:
                if not length_hint(children):
                    pending.pop()
                pending.append((iter(child.children), inner(here, child), (child, chain)))
                break
        else:
            pending.pop()


def guess(file: File) -> str:
    """The context of a fragment that nobody includes: the one in which fewest directives are out of place."""
    for child in file.children:
        if isinstance(child, Block) and child.name in ("http", "events"):
            return "main"
    best, fewest = "main", None
    for candidate in _CANDIDATES:
        wrong = _out_of_place(file, candidate, fewest)
        if fewest is None or wrong < fewest:
            best, fewest = candidate, wrong
        if not fewest:
            break
    return best


def _out_of_place(file: File, context: str, limit: int | None) -> int:
    """How badly the directives that nginx knows fit where they stand; counts up to `limit`.

    One that is not allowed there weighs three times as much as one that lacks its block or its semicolon.
    """
    wrong = 0
    for statement, here, _ in statements(file, context):
        simple, block = _contexts(statement.name)
        fitting, other = (block, simple) if isinstance(statement, Block) else (simple, block)
        if here in fitting or not (fitting or other):
            continue
        wrong += 1 if here in other else 3
        if limit is not None and wrong >= limit:
            break
    return wrong


@lru_cache(maxsize=2048)
def _contexts(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The contexts that allow the name in some release: as a simple directive, as a block."""
    found = vocabulary.directive(name)
    variants = found.variants if found else ()
    return (
        frozenset(context for one in variants if not one.block for context in one.contexts),
        frozenset(context for one in variants if one.block for context in one.contexts),
    )
