"""Statements of a Python file, and the blocks they stand in.

Bodies of functions and classes are not taken apart: nothing in them happens to the module's own
names, apart from those that a `global` statement lists.
"""

from collections.abc import Iterator

from deploylint.dataclass import dataclass
from deploylint.formats.python.expressions import Expression, Name, is_word, word
from deploylint.source import Location, Source


class _Placed:
    """What can be told of everything that has a place."""

    __slots__ = ()

    source: Source
    start: int
    end: int

    @property
    def at(self) -> Location:
        return self.source.location(self.start, self.end)

    def part(self, start: int, end: int) -> str:
        """A piece of the text."""
        return self.source.text[start:end]


@dataclass(slots=True, eq=False)
class Statement(_Placed):
    """What all statements have: where they stand."""

    source: Source
    start: int
    end: int


class Assignment(_Placed):
    """A name gets a value. `a = b = 1` and `a, b = 1, 2` are two assignments each.

    `operator` is `=`, or that of an augmented assignment. `value` is None where it is a part of
    something that is not written out. There may be millions: a name is cut out of the text whenever somebody asks,
    and so is made a value of a single word that stands at the end.
    """

    __slots__ = ("_length", "_name", "_value", "operator", "source", "start")

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        name: tuple[int, int],
        value: Expression | None,
        *,
        operator: str = "=",
    ) -> None:
        self.source = source
        self.start = start
        # Lengths are small numbers, of which Python has each once.
        self._length = end - start
        # The length where it stands at the start.
        self._name = name[1] - start if name[0] == start else name
        # For a single word how far it stands behind the start.
        self._value = value.start - start if value is not None and is_word(value, end) else value
        self.operator = operator

    @property
    def end(self) -> int:  # type: ignore[override]
        return self.start + self._length

    @property
    def name(self) -> str:
        return self.source.text[self.name_start : self.name_end]

    @property
    def name_start(self) -> int:
        return self.start if isinstance(self._name, int) else self._name[0]

    @property
    def name_end(self) -> int:
        return self.start + self._name if isinstance(self._name, int) else self._name[1]

    @property
    def value(self) -> Expression | None:
        value = self._value
        return word(self.source.text, self.start + value, self.end) if isinstance(value, int) else value

    @property
    def is_literal(self) -> bool:
        """Whether the name gets a number, a constant or a text that is written out, whatever was there before."""
        return self.operator == "=" and isinstance(self._value, int) and not isinstance(self.value, Name)

    @property
    def name_at(self) -> Location:
        return self.source.location(self.name_start, self.name_end)

    @property
    def value_at(self) -> Location:
        if self.value is None:
            return self.at
        return self.source.location(self.value.start, self.value.end)


@dataclass(slots=True, eq=False)
class Mutation(Statement):
    """An item or an attribute gets a value or is deleted: `raw_env[0] = "A=1"`."""

    target: Expression


@dataclass(slots=True, eq=False)
class ExpressionStatement(Statement):
    """An expression that stands by itself, mostly a call."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind` is empty, `*`, `**` or `/`; the name is empty where only the mark stands."""

    name: str
    kind: str


@dataclass(slots=True, eq=False)
class FunctionDefinition(Statement):
    """A function; `start` to `end` is the head, the body is not looked at. `decorated` ones may be anything."""

    name: str
    name_start: int
    name_end: int
    parameters: tuple[Parameter, ...]
    decorated: bool

    @property
    def name_at(self) -> Location:
        return self.source.location(self.name_start, self.name_end)


@dataclass(slots=True, eq=False)
class ClassDefinition(Statement):
    """A class; only its head."""

    name: str
    name_start: int
    name_end: int

    @property
    def name_at(self) -> Location:
        return self.source.location(self.name_start, self.name_end)


@dataclass(frozen=True, slots=True)
class Imported:
    """One name that an import binds: `module` is dotted and begins with dots where it is relative.

    `attribute` is empty for `import module`. `start` to `end` is the name that is bound.
    """

    module: str
    attribute: str
    name: str
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Import(Statement):
    """`import` or `from ... import`; `star` takes all names of `module`."""

    imported: tuple[Imported, ...]
    module: str = ""
    star: bool = False


@dataclass(slots=True, eq=False)
class Deletion(Statement):
    """`del name`."""

    names: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Jump(Statement):
    """`return`, `raise`, `break`, `continue`: what comes after it does not run."""

    keyword: str


@dataclass(slots=True, eq=False)
class Opaque(Statement):
    """What the grammar does not know, or a line that is broken. `names` are the words in it."""

    names: frozenset[str]


@dataclass(slots=True, eq=False)
class Clause(Statement):
    """One part of a compound statement: its keyword, its condition or subject, the names it binds, its body.

    The subject of `except` is what it catches, None where it catches everything.
    """

    keyword: str
    condition: Expression | None
    bound: tuple[str, ...]
    body: "list[Node]"


@dataclass(slots=True, eq=False)
class Compound(Statement):
    """`if`, `for`, `while`, `try` or `with`, with all its clauses."""

    keyword: str
    clauses: list[Clause]


Node = (
    Assignment
    | Mutation
    | ExpressionStatement
    | FunctionDefinition
    | ClassDefinition
    | Import
    | Deletion
    | Jump
    | Opaque
    | Compound
)

Chain = tuple["Compound | Clause", "Chain"] | None


def walk(body: list[Node]) -> Iterator[tuple[Node | Clause, Chain]]:
    """All statements and clauses in the order of the text, parents first, each with its chain of ancestors."""
    stack: list[tuple[Iterator[Node | Clause], Chain]] = [(iter(body), None)]
    while stack:
        nodes, chain = stack[-1]
        for node in nodes:
            yield node, chain
            if isinstance(node, (Compound, Clause)):
                inner = node.clauses if isinstance(node, Compound) else node.body
                stack.append((iter(inner), (node, chain)))
                break
        else:
            stack.pop()
