"""uWSGI's configuration files: ini, YAML, XML and JSON.

parse(source) -> UwsgiConfig      sections and options with their places
Option, Section                   the nodes that rules visit
Settings(config, section, path)   what uWSGI makes of the options: sockets, application, times
"""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.uwsgi.nodes import ASKED, Option, Section, UwsgiConfig
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["ASKED", "Option", "Section", "UwsgiConfig", "facts", "parse"]


def parse(source: Source) -> UwsgiConfig:
    """Read a configuration file, however broken it is."""
    from deploylint.formats.uwsgi.parsing import parse as read  # noqa: PLC0415  whoever only names the nodes needs no parser

    return read(source)


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":  # noqa: ARG001 (every format's signature)
    """The processes that Debian's service starts; of other files nobody says who starts uWSGI with them."""
    from deploylint.formats.uwsgi.debian import processes  # noqa: PLC0415  imported when the model is wanted

    return processes(documents)
