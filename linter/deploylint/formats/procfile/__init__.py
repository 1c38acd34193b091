"""Procfiles: `name: command`, one process type a line.

parse(source) -> Procfile
Entry                          the node that rules visit
facts(documents, tree)         a process for each line
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.procfile.nodes import Entry, Procfile
from deploylint.formats.procfile.parsing import parse
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Entry", "Procfile", "facts", "parse"]


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001 (every format's signature)
    """The processes of all lines; imported when the model is wanted."""
    from deploylint.formats.procfile.processes import stated  # noqa: PLC0415

    return stated(documents)
