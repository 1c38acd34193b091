"""The YAML tree of a compose file. Aliases are nodes of their own, so that the tree has no cycles."""

import itertools
from collections.abc import Iterator, KeysView

from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.formats.compose.table import Table

_LONGEST_NULL = len("null")
_SIMPLE_ESCAPES = {"x": 4, "u": 6, "U": 10}


class Node:
    """Anything with a place. `tag` is a custom tag (`!reset`, `!override`), else empty."""

    __slots__ = ()

    source: Source
    start: int
    end: int
    tag: str

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)


class Scalar(Node):
    """A plain, quoted or block scalar. `value` is its text; `style` is `'`, `"`, `|`, `>` or empty for plain ones."""

    __slots__ = ("_value", "end", "source", "start", "style", "tag")

    def __init__(
        self, source: Source, start: int, end: int, value: str | None, *, style: str = "", tag: str = ""
    ) -> None:
        """`value` None: it stands in the text as it is, between its quotes."""
        self.source = source
        self.start = start
        self.end = end
        self.tag = tag
        self.style = style
        self._value = value

    @property
    def value(self) -> str:
        if self._value is not None:
            return self._value
        quote = len(self.style)
        return self.source.text[self.start + quote : self.end - quote]

    @property
    def is_verbatim(self) -> bool:
        """Whether the value stands in the text letter for letter, between its quotes."""
        return self._value is None

    @property
    def is_null(self) -> bool:
        if self.is_verbatim and self.end - self.start > _LONGEST_NULL:
            return False
        return not self.style and self.value in {"", "~", "null", "Null", "NULL"}

    @property
    def inner_at(self) -> Location:
        """The text without its quotes."""
        if self.style in {"'", '"'} and self.end - self.start >= 2:
            return self.source.location(self.start + 1, self.end - 1)
        return self.at

    def offsets(self) -> list[int] | range:
        """Where each code point of the value stands in the source, and where the last one ends."""
        inner = self.inner_at.span
        if inner.end - inner.start == len(self.value):
            return range(inner.start, inner.end + 1)
        return _aligned(self.source.text, inner, self.value, self.style)


def _aligned(text: str, inner: Span, value: str, style: str) -> list[int]:
    """Walk source and value side by side: folding and indentation change white space only."""
    at, end = inner.start, inner.end
    if style in {"|", ">"}:
        at = max(text.find("\n", at, end), at)
    found = []
    for character in value:
        if not character.isspace():
            while at < end and text[at].isspace():
                at += 1
            if style == '"' and text[at : at + 1] == "\\":
                while at + 1 < end and text[at] == "\\" and text[at + 1] in "\r\n":
                    at += 2
                    while at < end and text[at].isspace():
                        at += 1
        found.append(min(at, end))
        if character.isspace():
            at += 1 if at < end and text[at] == character and character != "\n" else _escape(text, at, style)
        else:
            at += _escape(text, at, style) or 1
    # The line end that closes a block scalar is its last character, but not in the scalar's span.
    closing = value.endswith("\n") and text.startswith("\n", at)
    return [*found, at + closing if closing else min(at, end)]


def _escape(text: str, at: int, style: str) -> int:
    """How long the escape sequence at a place is; 0 when there is none."""
    if style == '"' and text[at : at + 1] == "\\":
        return _SIMPLE_ESCAPES.get(text[at + 1 : at + 2], 2)
    return 2 if style == "'" and text.startswith("''", at) else 0


class _Listed(Node):
    """A node that leads to others, which are made from the file's table when somebody asks."""

    __slots__ = ("_index", "_table")

    def __init__(self, table: "Table", index: int) -> None:
        self._table = table
        self._index = index

    @property
    def source(self) -> Source:  # type: ignore[override]
        return self._table.source

    @property
    def start(self) -> int:  # type: ignore[override]
        return self._table.starts[self._index]

    @property
    def end(self) -> int:  # type: ignore[override]
        return self._table.ends[self._index]

    @property
    def tag(self) -> str:  # type: ignore[override]
        return self._table.tags.get(self._index, "")


class Sequence(_Listed):
    """A list."""

    __slots__ = ()

    @property
    def items(self) -> list[Node]:
        return self._table.items(self._index)

    def each(self) -> Iterator[Node]:
        """The items one by one: a list may be long."""
        return self._table.each_item(self._index)


class Pair:
    """One `key: value` of a mapping. `name` is the key's text, empty when the key is no scalar."""

    __slots__ = ("_key", "_table", "_value", "name")

    def __init__(self, table: "Table", key: int, name: str) -> None:
        self.name = name
        self._table = table
        # The place in the table until somebody asks.
        self._key: int | Node = key
        self._value: int | Node = table.after[key]

    @property
    def key(self) -> Node:
        key = self._key
        if isinstance(key, int):
            key = self._key = self._table.node(key)
        return key

    @property
    def value(self) -> Node:
        value = self._value
        if isinstance(value, int):
            value = self._value = self._table.node(value)
        return value

    @property
    def resolved(self) -> Node:
        """The value, aliases followed."""
        return resolved(self.value)

    @property
    def at(self) -> Location:
        return self.key.at


class Mapping(_Listed):
    """A map. `pairs` are those written in it; `merged` adds what `<<` brings, own keys first."""

    __slots__ = ()

    @property
    def pairs(self) -> list[Pair]:
        return self._table.pairs(self._index)

    @property
    def merged(self) -> dict[str, Pair]:
        return self._table.merged(self._index)

    def each(self) -> Iterator[Pair]:
        """The pairs one by one: a map may be long."""
        return self._table.each_pair(self._index)

    @property
    def names(self) -> KeysView[str]:
        """Those in `merged`."""
        return self._table.names_in(self._index)

    @property
    def places(self) -> dict[str, int]:
        """Where the keys in `merged` stand, for `ComposeFile.value_of`."""
        return self._table.names(self._index)

    def get(self, name: str) -> Node | None:
        """The value of a key, aliases followed."""
        return self._table.get(self._index, name)


class Alias(_Listed):
    """`*name`, with the node it stands for."""

    __slots__ = ()

    @property
    def target(self) -> Node:
        return self._table.node(self._table.targets[self._index])


def resolved(node: Node) -> Node:
    """The node itself, or the one an alias stands for. An alias never stands for another alias."""
    return node.target if isinstance(node, Alias) else node


class ComposeFile(Document):
    """A compose file; `roots` are the top-level nodes of its YAML documents, mostly one."""

    __slots__ = ("_table", "roots")

    format = "compose"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        roots: list[Node],
        table: "Table",
        *,
        templated: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.roots = roots
        self._table = table

    def key_node(self, key: int) -> Node:
        """One of `Mapping.places`."""
        return self._table.node(key)

    def value_of(self, key: int) -> Node:
        """What stands behind one of `Mapping.places`, aliases followed."""
        return self._table.value_of(key)

    def section(self, name: str) -> list[Mapping]:
        """A top-level map (`services`, `volumes`), once for each YAML document that has it."""
        found = (root.get(name) for root in self.roots if isinstance(root, Mapping))
        return [node for node in found if isinstance(node, Mapping)]

    @property
    def services(self) -> list[Mapping]:
        """`services`; the top level itself in files of the first format, which has none."""
        written = self.section("services")
        if written or any(isinstance(root, Mapping) and "services" in root.merged for root in self.roots):
            return written
        return [root for root in self.roots if isinstance(root, Mapping) and _is_first_format(root)]

    def walk(self) -> Iterator[tuple[Node | Pair, Chain]]:
        waiting: list[tuple[Iterator[Node | Pair], Chain]] = [(iter(self.roots), (self, None))]
        while waiting:
            nodes, chain = waiting[-1]
            for node in nodes:
                yield node, chain
                inner, around = node, chain
                if isinstance(node, Pair):
                    inner, around = node.value, (node, chain)
                    yield inner, around
                if isinstance(inner, (Mapping, Sequence)):
                    waiting.append((inner.each(), (inner, around)))
                    break
            else:
                waiting.pop()

    def comments(self) -> Iterator[Span]:
        """Every `#` at the start of a line or behind a blank that is not in a scalar."""
        text, at = self.source.text, 0
        if "#" not in text:
            return
        for start, stop in itertools.chain(self._table.scalar_spans(), ((len(text), len(text)),)):
            while (at := text.find("#", at, start)) >= 0:
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                if at == 0 or text[at - 1] in " \t\r\n\ufeff":
                    yield Span(at, at + len(text[at:end].rstrip()))
                    at = end
                else:
                    at += 1
            at = stop

    def statement(self, offset: int) -> Span:
        """The key with its whole value, or the list item, that begins on the line."""
        line = super().statement(offset)
        for node, chain in self.walk():
            if isinstance(node, Pair):
                start, end = node.key.start, node.value.end
            elif chain is not None and isinstance(chain[0], Sequence):
                start, end = node.start, node.end
            else:
                continue
            if line.start <= start < line.end:
                return Span(line.start, max(line.end, end))
        return line


def _is_first_format(root: Mapping) -> bool:
    return any(
        isinstance(value := resolved(pair.value), Mapping)
        and ("image" in value.merged or "build" in value.merged)
        for pair in root.merged.values()
        if not pair.name.startswith("x-")
    )
