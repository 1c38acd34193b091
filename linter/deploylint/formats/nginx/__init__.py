"""Configuration files of nginx: parse them, resolve what they include, and state what they say of the deployment."""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.nginx.nodes import Block, Directive, Entry, File, Statement, Word
from deploylint.source import Source
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.facts import Fact

__all__ = ["Block", "Directive", "Entry", "File", "Statement", "Word", "facts", "parse"]


def parse(source: Source) -> File:
    """Read a configuration file, however broken it is."""
    from deploylint.formats.nginx.parser import parse as read  # noqa: PLC0415  whoever only names the nodes needs no parser

    return read(source)


def facts(documents: Sequence[Document], tree: Tree) -> "Iterator[Fact]":
    """Servers, the addresses they listen on, and where they pass requests to."""
    from deploylint.formats.nginx.deployment_facts import state  # noqa: PLC0415  most runs on one file need no facts

    return state([document for document in documents if isinstance(document, File)], tree)
