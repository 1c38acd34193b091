"""Unit files and drop-ins of systemd."""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.systemd.nodes import Assignment, Comment, Junk, Section
from deploylint.formats.systemd.parser import parse
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Assignment", "Comment", "Junk", "Section", "UnitFile", "facts", "parse"]


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":
    """What the units say about the deployment."""
    from deploylint.formats.systemd.unit_facts import unit_facts  # noqa: PLC0415  (the model is not always asked)

    return unit_facts([document for document in documents if isinstance(document, UnitFile)], tree)
