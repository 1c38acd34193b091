"""Who starts a unit besides the boot: sockets, timers and paths of the project."""

from deploylint.formats.systemd.sockets import activated_service
from deploylint.formats.systemd.unit import Unit, project_units
from deploylint.project import Project


def activators(name: str, project: Project) -> list[Unit]:
    """The `.socket`, `.timer` and `.path` units that start the unit of this name."""
    units = dict.fromkeys(project_units(project).values())
    return [unit for unit in units if unit.main is not None and _activates(unit, name)]


def _activates(unit: Unit, name: str) -> bool:
    if unit.type == "socket":
        return activated_service(unit) == name
    if unit.type in ("timer", "path"):
        return (unit.value(unit.type.title(), "Unit") or f"{unit.name.rpartition('.')[0]}.service") == name
    return False
