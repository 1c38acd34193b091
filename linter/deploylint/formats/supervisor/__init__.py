"""supervisor's configuration: main files and the fragments they include.

parse(source) -> File          sections and options with their places
Section, Option                the nodes that rules visit
configurations(files)          every main file with its fragments, merged as supervisor merges them
facts(documents, tree)         processes, control interfaces
"""

from deploylint.formats.supervisor.nodes import File, Option, Section
from deploylint.formats.supervisor.parsing import parse

__all__ = ["File", "Option", "Section", "parse"]
