"""gunicorn configuration files.

    parse(source) -> GunicornConfig
    GunicornConfig.outcome, .run(environment, file) -> Outcome     the names a file leaves behind
    effective.effective_settings(...), effective.config_file(...)  what holds for a process

Nodes are those of `deploylint.formats.python.nodes`.
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact
    from deploylint.formats.gunicorn.document import GunicornConfig

__all__ = ["GunicornConfig", "facts", "parse"]


def parse(source: Source) -> "GunicornConfig":
    """Read a configuration file, however broken it is."""
    from deploylint.formats.gunicorn.document import GunicornConfig  # noqa: PLC0415  brings the Python grammar

    return GunicornConfig(source)


def __getattr__(name: str) -> object:
    """`GunicornConfig`, imported when it is first named: a process without a file needs no Python grammar."""
    if name != "GunicornConfig":
        raise AttributeError(name)
    from deploylint.formats.gunicorn.document import GunicornConfig  # noqa: PLC0415

    return GunicornConfig


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001  the formats' interface
    """A configuration file by itself starts nothing: what it says counts for the processes that load it."""
    return iter(())
