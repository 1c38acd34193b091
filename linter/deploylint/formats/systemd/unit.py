"""A unit as systemd sees it: the unit file with its drop-ins, and what holds in the end."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from deploylint.formats.systemd.nodes import Assignment, Place
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.recognition import without_template_ending
from deploylint.typed import TYPE_CHECKING
from deploylint.values.unit_names import UnitName
from deploylint.vocabulary.systemd import key

if TYPE_CHECKING:
    from deploylint.project import Project

_RESETTING = ("resets", "default")


class Unit:
    """One unit: `main` (None where only drop-ins are in the project) and its drop-ins in the order they apply.

    `files` are all of them, `lines` those that hold, by section and key. `is_whole`: the project shows the unit and no template may add to it, so that something
    missing is missing.
    """

    __slots__ = ("drop_ins", "files", "is_user_unit", "is_whole", "lines", "main", "name", "type")

    def __init__(
        self,
        name: str,
        type: str,  # noqa: A002
        main: UnitFile | None,
        drop_ins: tuple[UnitFile, ...] = (),
    ) -> None:
        self.name = name
        self.type = type
        self.main = main
        self.drop_ins = drop_ins
        self.files = drop_ins if main is None else (main, *drop_ins)
        self.is_whole = main is not None and not main.is_fragment
        self.is_user_unit = False
        for file in self.files:
            if file.open_ended:
                self.is_whole = False
            if file.is_user_unit:
                self.is_user_unit = True
        self.lines = _effective(self.files)

    @property
    def unit_name(self) -> UnitName | None:
        return self.files[0].unit_name

    @property
    def is_template(self) -> bool:
        """Whether it is a template itself and none of its instances."""
        return self.unit_name is not None and self.unit_name.is_template

    def all(self, section: str, name: str) -> list[Assignment]:
        """The assignments that hold after resets by empty ones, in the order in which they apply."""
        return self.lines.get((section, name)) or []

    def last(self, section: str, name: str) -> Assignment | None:
        """The assignment that holds for a key with one value; None where the default does."""
        found = self.lines.get((section, name))
        return found[-1] if found else None

    def value(self, section: str, name: str) -> str | None:
        """The value as written; None where the default holds."""
        found = self.last(section, name)
        return found.value if found else None

    def words(self, section: str, name: str) -> Iterable[tuple[str, Assignment]]:
        """The words of all effective assignments of a list without quotes, each with its line."""
        found = self.lines.get((section, name))
        return ((word, line) for line in found for word in line.value.split()) if found else ()

    def file_of(self, assignment: Assignment) -> UnitFile:
        if len(self.files) == 1:
            return self.files[0]
        return next(file for file in self.files if file.source is assignment.source)


def _effective(files: Sequence[UnitFile]) -> dict[Place, list[Assignment]]:
    """The lines that hold, by section and key."""
    if len(files) == 1 and not files[0].preamble and all(line.value for line in files[0].lines):
        return files[0].by_place  # no line resets what others say
    found: dict[Place, list[Assignment]] = {}
    for file in files:
        for line in file.lines:
            place = line.section, line.name
            if not line.value:
                if _empties(*place):
                    found[place] = []
            elif place in found:
                found[place].append(line)
            elif line.section:
                found[place] = [line]
    return found


def _empties(section: str, name: str) -> bool:
    found = key(section, name)
    return found is not None and found.empty in _RESETTING


def units(files: Iterable[UnitFile]) -> dict[UnitFile, Unit]:
    """The unit of every file, worked out once for the same files. Drop-ins belong to the unit beside their folder, else to the only one of that name.

    A drop-in that applies to several units (`service.d`, `web-.service.d`, `web@.service.d`) has a unit of its own
    here, made of itself alone, as has one whose unit is not in the project.
    """
    return _units(tuple(files))


@lru_cache(maxsize=1)
def _units(files: tuple[UnitFile, ...]) -> dict[UnitFile, Unit]:
    mains: dict[str, list[UnitFile]] = {}
    folders: dict[str, list[UnitFile]] = {}
    for file in files:
        if file.is_drop_in:
            folders.setdefault(file.path.rpartition("/")[0], []).append(file)
        else:
            mains.setdefault(file.unit, []).append(file)
    found: dict[UnitFile, Unit] = {}
    for name, group in mains.items():
        for main in group:
            drop_ins = drop_ins_of(main, folders, alone=len(group) == 1) if name and folders else ()
            unit = Unit(name, main.type, main, drop_ins)
            found[main] = unit
            if drop_ins:
                found.update((file, unit) for file in drop_ins if file.unit == name)
    for group in folders.values():
        for file in group:
            if file not in found:
                found[file] = Unit(file.unit, file.type, None, (file,))
    return found


def drop_ins_of(main: UnitFile, folders: dict[str, list[UnitFile]], *, alone: bool) -> tuple[UnitFile, ...]:
    """The drop-ins of a unit, sorted by file name; of two with one name the more specific folder's counts."""
    parent = main.path.rpartition("/")[0]
    chosen: dict[str, UnitFile] = {}
    for folder in drop_in_folders(main):
        group = folders.get(f"{parent}/{folder}" if parent else folder)
        if group is None and alone and folder == f"{main.unit}.d":
            group = next((files for path, files in folders.items() if path.endswith(f"/{folder}")), None)
        for file in group or ():
            chosen.setdefault(without_template_ending(file.path.rpartition("/")[2]), file)
    return tuple(chosen[name] for name in sorted(chosen))


def drop_in_folders(main: UnitFile) -> Iterator[str]:
    """Folders in falling order of precedence (systemd.unit(5); src/basic/unit-name.c, `unit_name_prefix...`)."""
    yield f"{main.unit}.d"
    name = main.unit_name
    if name is None:
        return
    if name.template is not None:
        yield f"{name.template}.d"
    stem = name.prefix if name.instance is None else f"{name.prefix}@{name.instance}"
    dash = stem.rfind("-", 0, len(stem) - 1)
    while dash > 0:
        yield f"{stem[: dash + 1]}.{name.type}.d"
        dash = stem.rfind("-", 0, dash)
    yield f"{name.type}.d"


def project_units(project: "Project") -> dict[UnitFile, Unit]:
    """The unit of every unit file of the project."""
    found: dict[UnitFile, Unit] | None = project.memo.get("units")
    if found is None:
        found = project.memo["units"] = units(project.documents_of(UnitFile))
    return found


def all_units(project: "Project") -> list[Unit]:
    """Every unit of the project once."""
    found: list[Unit] | None = project.memo.get("all units")
    if found is None:
        found = project.memo["all units"] = list(dict.fromkeys(project_units(project).values()))
    return found


def units_in(folder: str, project: "Project") -> list[Unit]:
    """The unit of every file in a folder."""
    found: dict[str, list[Unit]] | None = project.memo.get("units by folder")
    if found is None:
        found = project.memo["units by folder"] = {}
        for other, unit in project_units(project).items():
            found.setdefault(other.path.rpartition("/")[0], []).append(unit)
    return found.get(folder, [])


def units_named(name: str, project: "Project") -> list[Unit]:
    """The units of this name in the project; several where it holds several deployments."""
    found: dict[str, list[Unit]] | None = project.memo.get("units by name")
    if found is None:
        found = project.memo["units by name"] = {}
        for unit in all_units(project):
            found.setdefault(unit.name, []).append(unit)
    return found.get(name, [])


def units_setting(section: str, key: str, project: "Project") -> "list[Unit]":
    """The units of the project in which a line for this key holds."""
    known: dict[tuple[str, str], list[Unit]] = project.memo.setdefault("units by key", {})
    found = known.get((section, key))
    if found is None:
        found = known[section, key] = [unit for unit in all_units(project) if unit.lines.get((section, key))]
    return found


def unit_of(file: UnitFile, project: "Project") -> Unit:
    """The unit that a file describes or extends."""
    return (project.memo.get("units") or project_units(project))[file]
