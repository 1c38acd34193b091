"""docker compose files: YAML nodes with places, merged as compose merges them.

parse(source) -> ComposeFile
Mapping, Sequence, Scalar, Alias, Pair      the nodes; rules visit Pair, `named=` its key
facts(documents, tree)                      services, ports, mounts, processes of every project and variant

Roles of the `Unresolved` facts: `compose env_file`, `compose dockerfile`, `compose include`,
`compose extends`.
"""

from collections.abc import Iterator
from collections.abc import Sequence as Documents

from deploylint.document import Document
from deploylint.formats.compose.nodes import Alias, ComposeFile, Mapping, Pair, Scalar, Sequence
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Alias", "ComposeFile", "Mapping", "Pair", "Scalar", "Sequence", "facts", "parse"]


def parse(source: Source) -> ComposeFile:
    """The tree of a compose file, however broken; PyYAML is imported with the first one."""
    from deploylint.formats.compose.loading import load  # noqa: PLC0415

    return load(source)


def facts(documents: Documents[Document], tree: Tree) -> "Iterator[Fact]":
    """What all compose files together say; imported when the model is wanted."""
    from deploylint.formats.compose.stating import stated  # noqa: PLC0415

    return stated(documents, tree)
