"""From YAML events to nodes: no recursion, no construction of objects, no expansion of aliases."""

import re
from collections.abc import Iterator

import yaml

from deploylint.formats.compose.nodes import Alias, ComposeFile, Mapping, Node, Pair, Scalar, Sequence
from deploylint.pattern import pattern
from deploylint.source import Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template
from deploylint.typed import Any
from deploylint.values.errors import printable

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What a YAML stream may hold (yaml.org/spec/1.1, c-printable; libyaml, reader.c).
_UNPRINTABLE = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Anchors and tags in front of a node (libyaml, scanner.c, yaml_parser_scan_anchor).
_PROPERTIES = pattern(r"(?:(?:&[\w-]++|![^\s,\[\]{}]*+)\s*+)*+", re.ASCII)
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
    templated = is_template(text)
    problems = () if templated else tuple(sorted(builder.problems, key=lambda problem: problem.at.span.start))
    return ComposeFile(source, problems, builder.roots, builder.scalars, templated=templated)


class _Builder:
    """The open nodes while events come in."""

    def __init__(self, source: Source) -> None:
        self._source = source
        # A byte order mark is no part of the stream that the marks count.
        self._shift = 1 if source.text.startswith("\ufeff") and _LOADER is not yaml.SafeLoader else 0
        self._anchors: dict[str, Node | None] = {}
        self._open: list[tuple[Mapping | Sequence, str, list[Node]]] = []
        self._nodes = 0
        self._excessive = False
        self.roots: list[Node] = []
        self.scalars: list[Span] = []
        self.problems: list[SyntaxProblem] = []

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._add(self._alias(event), "")
            case yaml.MappingStartEvent():
                self._begin(
                    Mapping(self._source, self._offset(event.start_mark), _custom(event.tag)), event.anchor
                )
            case yaml.SequenceStartEvent():
                self._begin(
                    Sequence(self._source, self._offset(event.start_mark), _custom(event.tag)), event.anchor
                )
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(self._offset(event.end_mark))
            case yaml.DocumentStartEvent():
                self._anchors = {}
            case _:
                pass

    def broken(self, error: yaml.MarkedYAMLError) -> None:
        """In YAML's words: what was wrong, while doing what."""
        mark = error.problem_mark or error.context_mark
        start = min(self._offset(mark), len(self._source.text)) if mark is not None else 0
        newline = self._source.text.find("\n", start)
        end = len(self._source.text) if newline < 0 else newline
        words = [part for part in (error.context, error.problem) if part]
        self.problem(start, max(start, end), printable(", ".join(words)))

    def problem(self, start: int, end: int, message: str, help_text: str | None = None) -> None:
        self.problems.append(SyntaxProblem(self._source.location(start, end), message, help_text))

    def finish(self) -> None:
        """Close what a syntax error left open."""
        while self._open:
            self._end(len(self._source.text))
        root = self.roots[0] if self.roots else None
        if root is not None and not isinstance(root, Mapping) and not self.problems:
            self.problem(root.start, root.end, "top-level object must be a mapping")

    @property
    def depth(self) -> int:
        return len(self._open)

    def _offset(self, mark: Any) -> int:
        return int(mark.index) + self._shift

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        written = self._source.text[start:end]
        if event.anchor or event.tag:
            # The event begins with the anchor or tag.
            match = _PROPERTIES.match(written)
            start += match.end() if match else 0
        style = event.style if event.style in {"'", '"', "|", ">"} else ""
        if start < end:
            end = start + len(self._source.text[start:end].rstrip())
            self.scalars.append(Span(start, end))
        self._add(
            Scalar(self._source, start, end, event.value, style=style or "", tag=_custom(event.tag)),
            event.anchor,
        )

    def _alias(self, event: yaml.AliasEvent) -> Node:
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        target = self._anchors.get(event.anchor or "")
        if event.anchor not in self._anchors:
            self.problem(start, end, printable(f"unknown anchor '{event.anchor}' referenced"))
        elif target is None:
            self.problem(start, end, printable(f"anchor '{event.anchor}' value contains itself"))
        elif self._nodes + target.size > _MOST_NODES:
            if not self._excessive:
                self.problem(start, end, "document contains excessive aliasing")
            self._excessive = True
        else:
            self._nodes += target.size
            alias = Alias(self._source, start, end, target)
            alias.size = target.size
            return alias
        return Scalar(self._source, start, end, "", tag="!alias")

    def _begin(self, node: Mapping | Sequence, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = None
        self._open.append((node, anchor or "", []))

    def _end(self, end: int) -> None:
        node, anchor, children = self._open.pop()
        # A block collection's end mark is where the next token begins.
        node.end = max(node.start, max((child.end for child in children), default=node.start))
        if self._source.text[end - 1 : end] in {"]", "}"}:
            node.end = max(node.end, end)
        node.size += sum(child.size for child in children)
        if isinstance(node, Sequence):
            node.items = children
        else:
            node.pairs = [Pair(key, value) for key, value in zip(children[::2], children[1::2], strict=False)]
            self._settle(node)
        self._add(node, anchor)

    def _add(self, node: Node, anchor: str | None) -> None:
        self._nodes += 1
        if anchor:
            self._anchors[anchor] = node.target if isinstance(node, Alias) else node
        if self._open:
            self._open[-1][2].append(node)
        else:
            self.roots.append(node)

    def _settle(self, node: Mapping) -> None:
        """The keys that hold: own ones, then those of `<<`, earlier maps first."""
        for pair in node.pairs:
            if not isinstance(pair.key, Scalar) or pair.name == "<<":
                continue
            first = node.merged.setdefault(pair.name, pair)
            if first is not pair:
                line = first.at.start.line
                message = printable(f'mapping key "{pair.name[:60]}" already defined at line {line}')
                self.problem(pair.key.start, pair.key.end, message, "keep one of the two")
        for merged in _merged(node):
            if self._nodes + len(merged.merged) > _MOST_NODES:
                return
            self._nodes += len(merged.merged)
            for name, pair in merged.merged.items():
                node.merged.setdefault(name, pair)


def _merged(node: Mapping) -> Iterator[Mapping]:
    for pair in node.pairs:
        if pair.name != "<<" or (isinstance(pair.key, Scalar) and pair.key.style):
            continue
        value = pair.value.target if isinstance(pair.value, Alias) else pair.value
        for part in value.items if isinstance(value, Sequence) else [value]:
            target = part.target if isinstance(part, Alias) else part
            if isinstance(target, Mapping):
                yield target


def _custom(tag: str | None) -> str:
    """A tag of compose's own; YAML's standard ones do not matter, since all values are read as text."""
    return tag if tag and tag.startswith("!") and len(tag) > 1 else ""
