"""supervisor's configuration: main files and the fragments they include.

parse(source) -> File              sections and options with their places
Section, Option                    the nodes that rules visit
configurations(files)              every main file with its fragments, merged as supervisor merges them
Program(configuration, section)    what a program's section says, with supervisor's defaults
facts(documents, tree)             processes and control interfaces
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.supervisor.nodes import File, Option, Section
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["File", "Option", "Section", "facts", "parse"]


def parse(source: Source) -> File:
    """Read a configuration file, however broken it is."""
    from deploylint.formats.supervisor.parsing import parse as read  # noqa: PLC0415  whoever only names the nodes needs no parser

    return read(source)


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":
    """Processes of all programs, listeners of the control interfaces; imported when the model is wanted."""
    from deploylint.formats.supervisor.processes import stated  # noqa: PLC0415

    return stated(documents, tree)
