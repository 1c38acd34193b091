"""Env files: lines of `NAME=value`, whose values depend on the program that reads them.

parse(source) -> EnvFile       entries with their places
Entry                          the node that rules visit
EnvFile.read(dialect)          the values as one reader sees them
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.env.nodes import Entry, EnvFile
from deploylint.formats.env.parsing import parse
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Entry", "EnvFile", "facts", "parse"]


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001 (every format's signature)
    """None: what an env file means is said by the formats that name it."""
    return iter(())
