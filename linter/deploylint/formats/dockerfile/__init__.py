"""Dockerfiles, read as far as the process they start goes.

parse(source) -> Dockerfile
Instruction                    the node that rules visit
Dockerfile.stages              the instructions of each `FROM`
image(dockerfile, target)      what the final or a named stage makes of the image
facts(documents, tree)         the process of each Dockerfile
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.dockerfile.nodes import Dockerfile, Instruction, Stage
from deploylint.formats.dockerfile.parsing import parse
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Dockerfile", "Instruction", "Stage", "facts", "parse"]


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001 (every format's signature)
    """The processes of all images; imported when the model is wanted."""
    from deploylint.formats.dockerfile.processes import stated  # noqa: PLC0415

    return stated(documents)
