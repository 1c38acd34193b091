"""From YAML events to nodes: no recursion, no construction of objects, no expansion of aliases."""

from collections.abc import Callable, Iterator
from functools import partial

import yaml

from deploylint.dataclass import dataclass
from deploylint.formats.compose.nodes import ComposeFile, Node
from deploylint.formats.compose.table import ALIAS, MAPPING, MERGE, SEQUENCE, STYLES, Table
from deploylint.pattern import ASCII, MULTILINE, pattern
from deploylint.source import Source
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.typed import Any
from deploylint.values.errors import printable

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What a YAML stream may hold (yaml.org/spec/1.1, c-printable; libyaml, reader.c).
_UNPRINTABLE = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FILLED_IN = pattern(r"^[ \t]++\$\{[A-Za-z_]\w*+\}[ \t]*+$", MULTILINE)
# Anchors and tags in front of a node (libyaml, scanner.c, yaml_parser_scan_anchor).
_PROPERTIES = pattern(r"(?:(?:&[\w-]++|![^\s,\[\]{}]*+)\s*+)*+", ASCII)
_MOST_NODES = 60_000
"""Nodes after the expansion of all aliases; a file for people has hundreds."""
_DEEPEST = 500
"""Of nested lists and maps; libyaml needs quadratic time for more (go-yaml stops at 10000)."""


def load(source: Source) -> ComposeFile:
    """The nodes of all YAML documents up to the first syntax error, and what compose refuses."""
    builder = _Builder(source)
    bad = _UNPRINTABLE.search(source.text)
    text = source.text
    if bad is not None:
        message = "invalid UTF-8" if "\ud800" <= bad[0] <= "\udfff" else "control characters are not allowed"
        builder.problem(bad.start(), bad.end(), message)
        text = _UNPRINTABLE.sub("\ufffd", text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.depth > _DEEPEST:
                builder.problem(0, 0, f"exceeded max depth of {_DEEPEST}")
                break
    except yaml.MarkedYAMLError as error:
        builder.broken(error)
    except yaml.YAMLError as error:
        builder.problem(0, 0, printable(str(error)).partition("\n")[0])
    builder.finish()
    # A variable on a line of its own is YAML in some places, and stands for whole lines where it is none.
    templated = is_template(text) or (bool(builder.problems) and _FILLED_IN.search(text) is not None)
    problems = () if templated else tuple(sorted(builder.problems, key=lambda problem: problem.at.span.start))
    return ComposeFile(source, problems, builder.root_nodes(), builder.table, templated=templated)


@dataclass(slots=True)
class _Open:
    """A map or list that is not closed: its place in the table, the end of what is in it, and its nodes with all aliases expanded."""

    index: int
    anchor: str
    end: int
    size: int = 1


class _Builder:
    """The open maps and lists while events come in."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._source = source
        # A byte order mark is no part of the stream that the marks count.
        self._shift = 1 if source.text.startswith("\ufeff") and _LOADER is not yaml.SafeLoader else 0
        # The nodes that aliases may stand for, with their sizes; None while a node is open.
        self._anchors: dict[str, tuple[int, int] | None] = {}
        self._open: list[_Open] = []
        self._nodes = 0
        self._excessive = False
        self._roots: list[int] = []
        self.table = Table(source)
        self.problems: list[SyntaxProblem] = []
        self._takers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: partial(self._begin, MAPPING),
            yaml.SequenceStartEvent: partial(self._begin, SEQUENCE),
            yaml.MappingEndEvent: self._ended,
            yaml.SequenceEndEvent: self._ended,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: yaml.Event) -> None:
        taker = self._takers.get(type(event))
        if taker is not None:
            taker(event)

    def broken(self, error: yaml.MarkedYAMLError) -> None:
        """In YAML's words: what was wrong, while doing what."""
        mark = error.problem_mark or error.context_mark
        start = min(self._offset(mark), len(self._text)) if mark is not None else 0
        newline = self._text.find("\n", start)
        end = len(self._text) if newline < 0 else newline
        words = [part for part in (error.context, error.problem) if part]
        self.problem(start, max(start, end), printable(", ".join(words)))

    def problem(self, start: int, end: int, message: str, help_text: str | None = None) -> None:
        self.problems.append(SyntaxProblem(self._source.location(start, end), message, help_text))

    def finish(self) -> None:
        """Close what a syntax error left open."""
        while self._open:
            self._end(len(self._text))
        if self._roots and self.table.kinds[self._roots[0]] != MAPPING and not self.problems:
            root = self._roots[0]
            self.problem(self.table.starts[root], self.table.ends[root], "top-level object must be a mapping")

    def root_nodes(self) -> list[Node]:
        """The top-level nodes of all documents."""
        return [self.table.node(index) for index in self._roots]

    @property
    def depth(self) -> int:
        return len(self._open)

    def _offset(self, mark: Any) -> int:
        return int(mark.index) + self._shift

    def _document(self, _event: yaml.DocumentStartEvent) -> None:
        self._anchors = {}

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        if event.anchor or event.tag:
            # The event begins with the anchor or tag.
            match = _PROPERTIES.match(self._text, start, end)
            start = match.end() if match else start
        style = STYLES.index(event.style) if event.style in STYLES else 0
        if start < end:
            end = start + len(self._text[start:end].rstrip())
        self._add(self.table.add_scalar(style, start, end, event.value, _custom(event.tag)), event.anchor)

    def _alias(self, event: yaml.AliasEvent) -> None:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        anchored = self._anchors.get(event.anchor or "")
        if event.anchor not in self._anchors:
            self.problem(start, end, printable(f"unknown anchor '{event.anchor}' referenced"))
        elif anchored is None:
            self.problem(start, end, printable(f"anchor '{event.anchor}' value contains itself"))
        elif self._nodes + anchored[1] > _MOST_NODES:
            if not self._excessive:
                self.problem(start, end, "document contains excessive aliasing")
            self._excessive = True
        else:
            target, size = anchored
            self._nodes += size
            index = self.table.add(ALIAS, start, end)
            self.table.targets[index] = target
            self._add(index, None, size)
            return
        self._add(self.table.add_scalar(0, start, end, "", "!alias"), None)

    def _begin(self, kind: int, event: yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self._anchors[event.anchor] = None
        start = self._offset(event.start_mark)
        index = self.table.add(kind, start, start, _custom(event.tag))
        self._open.append(_Open(index, event.anchor or "", start))

    def _ended(self, event: yaml.CollectionEndEvent) -> None:
        self._end(self._offset(event.end_mark))

    def _end(self, end: int) -> None:
        node = self._open.pop()
        # A block collection's end mark is where the next token begins.
        stop = max(node.end, end) if self._text[end - 1 : end] in {"]", "}"} else node.end
        self.table.close(node.index, stop)
        if self.table.kinds[node.index] == MAPPING:
            self._settle(node.index)
        self._add(node.index, node.anchor, node.size)

    def _add(self, index: int, anchor: str | None, size: int = 1) -> None:
        self._nodes += 1
        if anchor:
            self._anchors[anchor] = (index, size)
        if self._open:
            around = self._open[-1]
            around.size += size
            around.end = max(around.end, self.table.ends[index])
        else:
            self._roots.append(index)

    def _settle(self, index: int) -> None:
        """The keys that hold: own ones, then those of `<<`, earlier maps first."""
        table = self.table
        names = [table.value(key) if table.is_scalar(key) else MERGE for key in table.keys(index)]
        if MERGE not in names and table.shape(index, tuple(names)):
            return
        own: dict[str, int] = {}
        for name, key in zip(names, table.keys(index), strict=True):
            if name == MERGE:
                continue
            first = own.setdefault(name, key)
            if first != key:
                line = self._source.position(table.starts[first]).line
                message = printable(f'mapping key "{name[:60]}" already defined at line {line}')
                self.problem(table.starts[key], table.ends[key], message, "keep one of the two")
        if MERGE not in names:
            return
        table.inherited[index] = own
        for merged in self._merged(index):
            others = table.names(merged)
            if self._nodes + len(others) > _MOST_NODES:
                return
            self._nodes += len(others)
            for name, key in others.items():
                own.setdefault(name, key)

    def _merged(self, index: int) -> Iterator[int]:
        """The maps that `<<` names."""
        table = self.table
        for key in table.keys(index):
            if table.kinds[key] or table.value(key) != MERGE:
                continue
            value = self._target(table.after[key])
            parts = table.children(value) if table.kinds[value] == SEQUENCE else [value]
            for part in parts:
                target = self._target(part)
                if table.kinds[target] == MAPPING:
                    yield target

    def _target(self, index: int) -> int:
        return self.table.targets.get(index, index)


def _custom(tag: str | None) -> str:
    """A tag of compose's own; YAML's standard ones do not matter, since all values are read as text."""
    return tag if tag and tag.startswith("!") and len(tag) > 1 else ""
