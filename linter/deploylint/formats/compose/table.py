"""The nodes of a compose file as numbers: where each begins and ends, and which come after it.

Nodes are made when somebody asks for them. Those of files for people are kept; of a large file there are only so many at a
time.
"""

from array import array
from collections.abc import Iterator, KeysView
from itertools import islice

from deploylint.formats.compose.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence
from deploylint.source import Source

STYLES = ("", "'", '"', "|", ">")
"""Of scalars, by their kinds; the kinds of other nodes follow."""
MAPPING, SEQUENCE, ALIAS = range(len(STYLES), len(STYLES) + 3)
_CLASSES = (Mapping, Sequence, Alias)
MERGE = "<<"

_QUOTED = frozenset({STYLES.index("'"), STYLES.index('"')})
_MOST_KEPT = 4096
_MOST_SHAPES = 4096
_MANY = 64  # keys of one map


class Table:
    """The nodes in the order of the text, a map or list before what is in it; a key before its value.

    `values` are the texts of scalars that do not stand in the file like that, `targets` the nodes that aliases stand for,
    `inherited` the keys of the maps that have a `<<`: all that hold, by name. Maps with the same names in the same order
    have the same shape: `positions` tells for each shape which key counts of each name, and `shapes` which shape a map has,
    0 where it has none.
    """

    __slots__ = (
        "_by_name", "_items", "_kept", "_merged", "_names", "_numbers", "_pairs", "after", "ends", "inherited", "kinds",
        "positions", "shapes", "source", "starts", "tags", "targets", "values",
    )  # fmt: skip

    def __init__(self, source: Source) -> None:
        self.source = source
        self.kinds, self.shapes = array("B"), array("H")
        self.starts, self.ends, self.after = array("I"), array("I"), array("I")
        self.tags: dict[int, str] = {}
        self.values: dict[int, str] = {}
        self.targets: dict[int, int] = {}
        self.inherited: dict[int, dict[str, int]] = {}
        self._numbers: dict[tuple[str, ...], int] = {}
        self._names: list[tuple[str, ...]] = [()]
        self.positions: list[dict[str, int]] = [{}]
        self._by_name: dict[int, dict[str, int]] = {}
        self._pairs: dict[int, list[Pair]] = {}
        self._merged: dict[int, dict[str, Pair]] = {}
        self._items: dict[int, list[Node]] = {}
        self._kept = 0

    def add(self, kind: int, start: int, end: int, tag: str = "") -> int:
        """Put a node behind the others; what follows is in it until `close` says otherwise, if it is a map or list."""
        index = len(self.kinds)
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.after.append(index + 1)
        self.shapes.append(0)
        if tag:
            self.tags[index] = tag
        return index

    def add_scalar(self, style: int, start: int, end: int, value: str, tag: str = "") -> int:
        index = self.add(style, start, end, tag)
        inner = 1 if style in _QUOTED else 0
        if self.source.text[start + inner : end - inner] != value:
            self.values[index] = value
        return index

    def close(self, index: int, end: int) -> None:
        """End a map or list behind the last node."""
        self.ends[index] = end
        self.after[index] = len(self.kinds)

    def shape(self, index: int, names: tuple[str, ...]) -> bool:
        """Note the names of a map's keys, all of them different, in their order; whether there is such a map already."""
        number = self._numbers.get(names)
        if number is not None:
            self.shapes[index] = number
            return True
        if len(names) <= _MANY and len(self.positions) < _MOST_SHAPES and len(set(names)) == len(names):
            self.shapes[index] = self._numbers[names] = len(self.positions)
            self.positions.append({name: position for position, name in enumerate(names)})
            self._names.append(names)
        return False

    def is_scalar(self, index: int) -> bool:
        return self.kinds[index] < MAPPING

    def value(self, index: int) -> str:
        """The text of a scalar."""
        if index in self.values:
            return self.values[index]
        inner = 1 if self.kinds[index] in _QUOTED else 0
        return self.source.text[self.starts[index] + inner : self.ends[index] - inner]

    def children(self, index: int) -> Iterator[int]:
        """What is in a list, or the keys and values of a map in turn."""
        after, at, end = self.after, index + 1, self.after[index]
        while at < end:
            yield at
            at = after[at]

    def keys(self, index: int) -> Iterator[int]:
        """The keys of a map; the value of each stands behind it."""
        after, at, end = self.after, index + 1, self.after[index]
        while at < end:
            if after[at] >= end:
                return  # what a syntax error cut off
            yield at
            at = after[after[at]]

    def own_names(self, index: int) -> dict[str, int]:
        """The keys that are written in a map, by name; of two the first one."""
        found: dict[str, int] = {}
        for key in self.keys(index):
            if self.is_scalar(key) and (name := self.value(key)) != MERGE:
                found.setdefault(name, key)
        return found

    def names(self, index: int) -> dict[str, int]:
        """The keys that hold in a map, by name. A large map is gone through once only."""
        found = self.inherited.get(index) or self._by_name.get(index)
        if found is None:
            found = self.own_names(index)
            if self._is_large(index):
                self._by_name[index] = found
        return found

    def names_in(self, index: int) -> KeysView[str]:
        """The names that hold in a map."""
        if shape := self.shapes[index]:
            return self.positions[shape].keys()
        return self.names(index).keys()

    def node(self, index: int) -> Node:
        kind = self.kinds[index]
        if kind >= MAPPING:
            return _CLASSES[kind - MAPPING](self, index)
        tag = self.tags.get(index, "") if self.tags else ""
        value = self.values.get(index) if self.values else None
        return Scalar(self.source, self.starts[index], self.ends[index], value, style=STYLES[kind], tag=tag)

    def pair(self, key: int) -> Pair:
        """A key with its value."""
        return Pair(self, key, self.value(key) if self.is_scalar(key) else "")

    def resolved(self, index: int) -> Node:
        """The node itself, or the one an alias stands for."""
        return self.node(self.targets.get(index, index) if self.targets else index)

    def pairs(self, index: int) -> list[Pair]:
        found = self._pairs.get(index)
        if found is None:
            if shape := self.shapes[index]:
                found = [
                    Pair(self, key, name)
                    for name, key in zip(self._names[shape], self.keys(index), strict=True)
                ]
            else:
                found = [self.pair(key) for key in self.keys(index)]
            if self._keeps(len(found)):
                self._pairs[index] = found
        return found

    def each_pair(self, index: int) -> Iterator[Pair]:
        """The pairs one by one, so that those of a large map are not all there at a time."""
        if self._is_large(index):
            return map(self.pair, self.keys(index))
        return iter(self.pairs(index))

    def each_item(self, index: int) -> Iterator[Node]:
        """The items one by one."""
        if self._is_large(index):
            return map(self.node, self.children(index))
        return iter(self.items(index))

    def merged(self, index: int) -> dict[str, Pair]:
        found = self._merged.get(index)
        if found is None:
            if index in self.inherited or self._is_large(index):
                found = {name: Pair(self, key, name) for name, key in self.names(index).items()}
            elif shape := self.shapes[index]:
                found = dict(zip(self._names[shape], self.pairs(index), strict=True))
            else:
                found = {}
                for key, pair in zip(self.keys(index), self.pairs(index), strict=True):
                    if self.is_scalar(key) and pair.name != MERGE:
                        found.setdefault(pair.name, pair)
            if self._keeps(len(found)):
                self._merged[index] = found
        return found

    def items(self, index: int) -> list[Node]:
        found = self._items.get(index)
        if found is None:
            found = [self.node(item) for item in self.children(index)]
            if self._keeps(len(found)):
                self._items[index] = found
        return found

    def get(self, index: int, name: str) -> Node | None:
        """The value of a key that holds in a map, aliases followed."""
        if shape := self.shapes[index]:
            position = self.positions[shape].get(name)
            if position is None:
                return None
            if index in self._pairs or len(self.kinds) <= _MOST_KEPT:
                return self.pairs(index)[position].resolved
            return self.resolved(self.after[next(islice(self.keys(index), position, None))])
        key = self.names(index).get(name)
        return None if key is None else self.value_of(key)

    def value_of(self, key: int) -> Node:
        """What stands behind a key, aliases followed."""
        return self.resolved(self.after[key])

    def scalar_spans(self) -> Iterator[tuple[int, int]]:
        """Where scalars stand that have a text."""
        for kind, start, end in zip(self.kinds, self.starts, self.ends, strict=True):
            if kind < MAPPING and start < end:
                yield start, end

    def _is_large(self, index: int) -> bool:
        return self.after[index] - index > 2 * _MANY

    def _keeps(self, count: int) -> bool:
        """Whether so many more nodes may be kept; those that were kept so far have to go, if need be."""
        if count > _MOST_KEPT:
            return False
        self._kept += count + 1
        if self._kept > _MOST_KEPT:
            self._pairs, self._merged, self._items = {}, {}, {}
            self._kept = count + 1
        return True
