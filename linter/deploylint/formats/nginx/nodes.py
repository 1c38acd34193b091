"""The syntax tree: statements, blocks and the file. Where words stand is found out when somebody asks."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import length_hint

from deploylint.document import Chain, Document
from deploylint.formats.nginx.words import BLANKS, Head, Word, are_plain, head_of, split
from deploylint.source import Location, Source, Span
from deploylint.typed import Any, ClassVar

__all__ = ["Block", "Directive", "Entry", "File", "Statement", "Word"]


class Statement:
    """Words up to a semicolon or an opening brace.

    `start` is where the first word begins. There may be millions, so that of the places only this one is kept:
    lengths are small numbers, of which Python has each once.
    """

    __slots__ = ("source", "start")

    terminated: ClassVar[bool] = True

    source: Source
    start: int

    @property
    def head(self) -> Head:
        """What the words say."""
        return head_of(self.source.text[self.start : self.head_end])

    @property
    def name(self) -> str:
        """The first word's value; empty for a block without words."""
        return self.head.name

    @property
    def head_end(self) -> int:
        """Behind the last character before the terminator."""
        return self.start + self.head.length

    @property
    def end(self) -> int:
        """Behind the semicolon, or behind a block's closing brace."""
        return self.head_end + 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source.text[self.start : self.head_end]!r})"

    @property
    def values(self) -> tuple[str, ...]:
        """The arguments as nginx gets them."""
        return self.head.values

    @property
    def opaque(self) -> bool:
        """Whether a template fills in one of the words."""
        return self.head.opaque

    @property
    def count(self) -> int:
        """The number of words."""
        return self.head.count

    @property
    def words(self) -> list[Word]:
        """All words with their places, the name included. They are separated whenever somebody asks."""
        return split(self.source, self.start, self.head_end)[0]

    @property
    def args(self) -> list[Word]:
        """The words after the name, with their places."""
        return self.words[1:]

    @property
    def argument(self) -> Word:
        """The first of them, without separating the others where it stands as nginx gets it, behind one blank."""
        head, text = self.head, self.source.text
        written = f"{head.name} {head.values[0]}"
        end = self.start + len(written)
        if text.startswith(written, self.start) and (end == self.head_end or text[end] in BLANKS):
            return Word(self.source, end - len(head.values[0]), end)
        return self.args[0]

    @property
    def inner_comments(self) -> list[Span]:
        """The comments between the words."""
        if "#" not in self.source.text[self.start : self.head_end]:
            return []
        return split(self.source, self.start, self.head_end)[1]

    @property
    def words_end(self) -> int:
        """Where the last word ends."""
        text = self.source.text
        if are_plain(text, self.start, self.head_end):
            return self.start + len(text[self.start : self.head_end].rstrip(BLANKS))
        words = self.words
        return words[-1].end if words else self.start

    @property
    def at(self) -> Location:
        """From the first word to the semicolon, of a block to its last word."""
        return self.source.location(self.start, self.end)

    @property
    def name_at(self) -> Location:
        """The first word."""
        words = self.words
        end = words[0].end if words else self.head_end + 1
        return self.source.location(self.start, end)


class Entry(Statement):
    """A line of a `map`, `geo`, `types`, `split_clients` or `charset_map` body: any word may come first.

    The words are read again whenever somebody asks.
    """

    __slots__ = ("_length",)

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self._length = end - 1 - start

    @property
    def head_end(self) -> int:
        return self.start + self._length


class Directive(Statement):
    """A simple directive: `name arguments;`."""

    __slots__ = ("head", "name")

    head: Head
    name: str

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.head = head = head_of(source.text[start : end - 1])
        self.name = head.name


class Unfinished(Directive):
    """A directive that a closing brace or the end of the text cuts off."""

    __slots__ = ()

    terminated: ClassVar[bool] = False

    def __init__(self, source: Source, start: int, end: int) -> None:
        super().__init__(source, start, end + 1)

    @property
    def end(self) -> int:
        return self.head_end


class Block(Statement):
    """A block directive with what it holds. `children` of a `*_by_lua_block` are always empty."""

    __slots__ = ("children", "end", "head", "name")

    head: Head
    name: str
    end: int

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.head = head = head_of(source.text[start : end - 1])
        self.name = head.name
        self.children: Sequence[Statement] = ()

    @property
    def header(self) -> Location:
        """The words, without the brace."""
        return self.source.location(self.start, max(self.words_end, self.start + 1))

    @property
    def at(self) -> Location:
        return self.header


ByName = dict[str, list[tuple[Statement, Chain]]]

# Longer texts are rare.
_LARGE = 1 << 20
INDEXED = 1 << 14
"""Code points of a file that has an index: of a longer one it would be as large as half of the tree."""


class File(Document):
    """One configuration file, or a fragment of one.

    `generated`: it holds marks of a template language that may bring statements and braces of its own,
    so that nobody can tell what is missing or where a block ends. A mere `${VARIABLE}` is none. `names` are those of
    the directives, and `include` if an entry may be one. `by_name` are all directives and blocks, each with the blocks
    around it, in order; None for a long text.
    """

    __slots__ = ("_tree_comments", "by_name", "children", "generated", "memo", "names")

    format = "nginx"
    names: frozenset[str]

    def __init__(
        self,
        source: Source,
        children: list[Statement],
        comments: list[Span],
        names: frozenset[str],
        by_name: ByName | None,
        *,
        templated: bool,
        generated: bool,
    ) -> None:
        super().__init__(source, (), templated=templated)
        self.children = children
        self.names = names
        self.by_name = by_name
        self.generated = generated
        self._tree_comments = comments
        # What was worked out about the file, by who worked it out.
        self.memo: dict[str, Any] = {}

    def release(self) -> None:
        """Of files of the usual size it is kept, since editors check them again and again."""
        if len(self.source.text) > _LARGE:
            self.memo.pop("placing", None)

    def walk(self) -> Iterator[tuple[Statement, Chain]]:
        pending: list[tuple[Iterator[Statement], Chain]] = [(iter(self.children), None)]
        while pending:
            statements, chain = pending[-1]
            for statement in statements:
                one = (statement, chain)
                yield one
                if type(statement) is Block and statement.children:
                    if not length_hint(statements):
                        pending.pop()
                    pending.append((iter(statement.children), one))
                    break
            else:
                pending.pop()

    def named(self, names: Collection[str]) -> Iterable[tuple[Statement, Chain]]:
        """The directives and blocks of these names, each with the blocks around it; those of one name in order."""
        index = self.by_name
        if index is None:
            return (one for one in self.walk() if type(one[0]) is not Entry and one[0].name in names)
        if type(names) is tuple:
            return [one for name in names if name in index for one in index[name]]
        # The order of a set is another one in each run.
        return [one for name, found in index.items() if name in names for one in found]

    def comments(self) -> Iterator[Span]:
        inner = [span for statement, _ in self.walk() for span in statement.inner_comments]
        yield from sorted(self._tree_comments + inner) if inner else self._tree_comments

    def statement(self, offset: int) -> Span:
        starts = self._starts
        at = bisect_left(starts, (self.source.line_starts[self.source.position(offset).line - 1],))
        return Span(*starts[at]) if at < len(starts) else super().statement(offset)

    @property
    def _starts(self) -> list[tuple[int, int]]:
        """The spans of all statements, of a block the one of its head."""
        kept: list[tuple[int, int]] | None = self.memo.get("starts")
        if kept is None:
            kept = self.memo["starts"] = [
                (node.start, max(node.start, node.head_end)) for node, _ in self.walk()
            ]
        return kept

    def at_top(self, name: str) -> list[Statement]:
        """The directives of this name at the top of the file."""
        return [statement for statement in self.children if statement.name == name]

    @property
    def user(self) -> Statement | None:
        """The `user` directive, which says as whom worker processes run."""
        return next(iter(self.at_top("user")), None)

    @property
    def in_foreground(self) -> bool:
        """Whether `daemon off` keeps nginx from going into the background."""
        return any(directive.values == ("off",) for directive in self.at_top("daemon"))
