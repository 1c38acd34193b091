"""What units say about the deployment: services as processes, socket units as listeners."""

from collections.abc import Iterator, Sequence

from deploylint.facts import Fact
from deploylint.formats.systemd.environment import environment_files
from deploylint.formats.systemd.services import processes
from deploylint.formats.systemd.sockets import socket_facts
from deploylint.formats.systemd.unit import Unit, units
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.tree import Tree


def unit_facts(files: Sequence[UnitFile], tree: Tree) -> Iterator[Fact]:
    """Processes, listeners and socket units, unit by unit in the order of the files."""
    for unit in dict.fromkeys(units(files).values()):
        yield from facts_of(unit, tree)


def facts_of(unit: Unit, tree: Tree) -> Iterator[Fact]:
    """What one unit says."""
    if unit.type == "service":
        yield from processes(unit, tree)
        yield from environment_files(unit)
    elif unit.type == "socket":
        yield from socket_facts(unit)
