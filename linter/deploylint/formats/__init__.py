"""The formats: each parses a Source into its own Document and states facts.

A format is a package of this folder with

    parse(source: Source) -> Document
    facts(documents: Sequence[Document], tree: Tree) -> Iterator[Fact]

`facts` gets all documents of the format at once, since files extend each other (includes, drop-ins,
override files).
"""

from collections.abc import Iterator, Sequence

from deploylint import amalgamation
from deploylint.document import Document
from deploylint.imports import import_module
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from deploylint.facts import Fact

FORMATS = (
    "nginx",
    "systemd",
    "supervisor",
    "gunicorn",
    "uwsgi",
    "compose",
    "env",
    "dockerfile",
    "procfile",
    "shell",
)


_loaded: set[str] = set()


class Format(Protocol):
    """What a format package offers."""

    def parse(self, source: Source) -> Document: ...

    def facts(self, documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]": ...


# The formats whose files start processes: they have modules in common.
_STARTING = frozenset({"systemd", "supervisor", "compose"})


def load(name: str) -> Format:
    """The package of a format; imported on first use."""
    if name not in _loaded:
        _loaded.add(name)
        if name in _STARTING:
            amalgamation.load("processes")
        amalgamation.load(name)
    return cast("Format", import_module(f"deploylint.formats.{name}"))
