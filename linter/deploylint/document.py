"""A parsed file: what every format has in common."""

from collections.abc import Collection, Iterable, Iterator

from deploylint.source import Source, Span
from deploylint.syntax.problem import SyntaxProblem
from deploylint.typed import Any

# The chain from a node's parent up to the document: cons cells `(parent, rest)`, `None` at the top.
# Nodes themselves know no parent, which keeps the trees acyclic.
Chain = tuple[Any, "Chain"] | None


def visited(kind: type) -> type:
    """The class that rules know things of a class by: a class may be another one with fewer fields, its `visited_as`."""
    known: type = getattr(kind, "visited_as", kind)
    return known


class Document:
    """A source that was parsed, however broken it is. Each format has its own subclass.

    `problems` are the syntax problems in the order of the text. `templated` says that the text holds
    marks of a template language, so that what is missing may be filled in later.
    """

    __slots__ = ("problems", "source", "templated")

    format: str = ""

    def __init__(
        self, source: Source, problems: tuple[SyntaxProblem, ...], *, templated: bool = False
    ) -> None:
        self.source = source
        self.problems = problems
        self.templated = templated

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def names(self) -> frozenset[str] | None:
        """The names that its nodes have, and perhaps some more; None where that is not worth knowing."""
        return None

    # Whether rules on it and its nodes look for the words of their `mentions` in its own text, or in that of additions.
    speaks_for_itself = False

    @property
    def is_addition(self) -> bool:
        """Whether it adds to other documents, so that rules on those look for names and words here, too."""
        return False

    def release(self) -> None:
        """Let go of what is kept for the rules on the file and its nodes, which have all seen it."""

    def walk(self) -> Iterator[tuple[Any, Chain]]:
        """Every node, parents before children, with its chain of ancestors; without recursion."""
        raise NotImplementedError

    def named(self, names: Collection[str]) -> Iterable[tuple[Any, Chain]]:  # noqa: ARG002  who knows no better gives all
        """The nodes of these names, and perhaps others, in any order, each with its chain of ancestors."""
        return self.walk()

    def comments(self) -> Iterator[Span]:
        """The comments, from their mark to the end of their text, in order."""
        raise NotImplementedError

    def statement(self, offset: int) -> Span:
        """The statement or logical line that begins at or after the line of `offset`: what a comment above covers."""
        start = self.source.line_starts[self.source.position(offset).line - 1]
        end = self.source.text.find("\n", start)
        return Span(start, len(self.source.text) if end < 0 else end)
