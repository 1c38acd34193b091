"""Shell scripts, read shallowly: which simple commands there are and what they are told.

parse(source) -> ShellScript
ShellScript.invocations        the programs it starts, in order
ShellScript.assignments        the variables it sets
facts(documents, tree)         a ScriptCommand for each of the programs
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.shell.script import ScriptCommand, ShellScript, parse
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["ScriptCommand", "ShellScript", "facts", "parse"]


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001 (every format's signature)
    """The command lines. None is a process: a script counts when something of the deployment starts it."""
    for document in documents:
        if isinstance(document, ShellScript):
            yield from (ScriptCommand(document, invocation) for invocation in document.invocations)
