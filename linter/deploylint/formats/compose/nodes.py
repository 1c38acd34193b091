"""The YAML tree of a compose file. Aliases are nodes of their own, so that the tree has no cycles."""

from collections.abc import Iterator

from deploylint.document import Chain, Document
from deploylint.source import Location, Source, Span
from deploylint.syntax.problem import SyntaxProblem

_SIMPLE_ESCAPES = {"x": 4, "u": 6, "U": 10}


class Node:
    """Anything with a place. `tag` is a custom tag (`!reset`, `!override`), else empty."""

    __slots__ = ("end", "size", "source", "start", "tag")

    def __init__(self, source: Source, start: int, end: int, tag: str = "") -> None:
        self.source = source
        self.start = start
        self.end = end
        self.tag = tag
        self.size = 1

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)


class Scalar(Node):
    """A plain, quoted or block scalar. `value` is its text; `style` is `'`, `"`, `|`, `>` or empty for plain ones."""

    __slots__ = ("style", "value")

    def __init__(
        self, source: Source, start: int, end: int, value: str, *, style: str = "", tag: str = ""
    ) -> None:
        super().__init__(source, start, end, tag)
        self.value = value
        self.style = style

    @property
    def is_null(self) -> bool:
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


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, source: Source, start: int, tag: str = "") -> None:
        super().__init__(source, start, start, tag)
        self.items: list[Node] = []


class Pair:
    """One `key: value` of a mapping. `name` is the key's text, empty when the key is no scalar."""

    __slots__ = ("key", "value")

    def __init__(self, key: Node, value: Node) -> None:
        self.key = key
        self.value = value

    @property
    def name(self) -> str:
        return self.key.value if isinstance(self.key, Scalar) else ""

    @property
    def at(self) -> Location:
        return self.key.at


class Mapping(Node):
    """A map. `pairs` are those written in it; `merged` adds what `<<` brings, own keys first."""

    __slots__ = ("merged", "pairs")

    def __init__(self, source: Source, start: int, tag: str = "") -> None:
        super().__init__(source, start, start, tag)
        self.pairs: list[Pair] = []
        self.merged: dict[str, Pair] = {}

    def get(self, name: str) -> Node | None:
        """The value of a key, aliases followed."""
        pair = self.merged.get(name)
        return None if pair is None else resolved(pair.value)


class Alias(Node):
    """`*name`, with the node it stands for."""

    __slots__ = ("target",)

    def __init__(self, source: Source, start: int, end: int, target: Node) -> None:
        super().__init__(source, start, end)
        self.target = target


def resolved(node: Node) -> Node:
    """The node itself, or the one an alias stands for. An alias never stands for another alias."""
    return node.target if isinstance(node, Alias) else node


class ComposeFile(Document):
    """A compose file; `roots` are the top-level nodes of its YAML documents, mostly one."""

    __slots__ = ("_comments", "_scalars", "roots")

    format = "compose"

    def __init__(
        self,
        source: Source,
        problems: tuple[SyntaxProblem, ...],
        roots: list[Node],
        scalars: list[Span],
        *,
        templated: bool,
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.roots = roots
        self._scalars = scalars

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
        waiting: list[tuple[Node | Pair, Chain]] = [(root, (self, None)) for root in reversed(self.roots)]
        while waiting:
            node, chain = waiting.pop()
            yield node, chain
            inner: Chain = (node, chain)
            if isinstance(node, Mapping):
                waiting.extend((pair, inner) for pair in reversed(node.pairs))
            elif isinstance(node, Sequence):
                waiting.extend((item, inner) for item in reversed(node.items))
            elif isinstance(node, Pair):
                waiting.append((node.value, inner))

    def comments(self) -> Iterator[Span]:
        """Every `#` at the start of a line or behind a blank that is not in a scalar."""
        text, at = self.source.text, 0
        for span in [*self._scalars, Span(len(text), len(text))]:
            while (at := text.find("#", at, span.start)) >= 0:
                end = text.find("\n", at)
                end = len(text) if end < 0 else end
                if at == 0 or text[at - 1] in " \t\r\n\ufeff":
                    yield Span(at, at + len(text[at:end].rstrip()))
                    at = end
                else:
                    at += 1
            at = max(span.end, 0)

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
