"""Who starts a unit: the boot, other units, sockets, timers and paths of the project."""

from collections.abc import Iterator

from deploylint.formats.systemd.sockets import activated_service
from deploylint.formats.systemd.unit import Unit, all_units, units_setting
from deploylint.project import Project


def activators(name: str, project: Project) -> list[Unit]:
    """The `.socket`, `.timer` and `.path` units that start the unit of this name."""
    found: dict[str, list[Unit]] | None = project.memo.get("activators")
    if found is None:
        found = project.memo["activators"] = {}
        for unit in _activating(project):
            found.setdefault(activated(unit), []).append(unit)
    return found.get(name, [])


def activators_beside(unit: Unit, project: Project) -> list[Unit]:
    """Those in the folder of the unit where there are any."""
    found: dict[tuple[str, str], list[Unit]] | None = project.memo.get("activators by folder")
    if found is None:
        found = project.memo["activators by folder"] = {}
        for other in _activating(project):
            found.setdefault((_folder(other), activated(other)), []).append(other)
    return found.get((_folder(unit), unit.name)) or activators(unit.name, project)


def _activating(project: Project) -> Iterator[Unit]:
    for unit in all_units(project):
        if unit.main is not None and unit.type in ("socket", "timer", "path"):
            yield unit


def _folder(unit: Unit) -> str:
    return unit.files[0].path.rpartition("/")[0]


WANTING = ("Wants", "Requires", "BindsTo", "Requisite", "Upholds", "OnFailure", "OnSuccess")


def wanted_units(project: Project) -> frozenset[str]:
    """The names of all units that another unit of the project starts, or that are enabled together with one."""
    found: frozenset[str] | None = project.memo.get("wanted units")
    if found is None:
        found = project.memo["wanted units"] = frozenset(
            word
            for section, names in (("Unit", WANTING), ("Install", ("Also",)))
            for name in names
            for unit in units_setting(section, name, project)
            for word, _ in unit.words(section, name)
        )
    return found


LINKING = (".wants", ".requires", ".upholds")


def is_linked(unit: Unit, project: Project) -> bool:
    """Whether a file of the unit's name, most often a link, lies in the folder of a unit that starts it."""
    known: dict[str, bool] = project.memo.setdefault("linked units", {})
    if unit.name not in known:
        places = (path.rpartition("/")[0] for path in project.tree.named(unit.name))
        known[unit.name] = any(place.endswith(LINKING) for place in places)
    return known[unit.name]


def is_started(unit: Unit, project: Project) -> bool:
    """Whether the project shows who starts it: the boot, another unit, a timer, a socket, a path or the bus."""
    return (
        bool(unit.all("Service", "BusName"))
        or any(unit.all("Install", key) for key in ("WantedBy", "RequiredBy", "UpheldBy", "Alias"))
        or unit.name in wanted_units(project)
        or bool(activators(unit.name, project))
        or is_linked(unit, project)
    )


def activated(unit: Unit) -> str:
    """The unit that a socket, timer or path starts: the one it names, else the service of its own name."""
    if unit.type == "socket":
        return activated_service(unit)
    return unit.value(unit.type.title(), "Unit") or f"{unit.name.rpartition('.')[0]}.service"
