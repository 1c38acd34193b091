"""What a file's path tells: which unit it describes, or which one it extends."""

from deploylint.dataclass import dataclass
from deploylint.pattern import pattern
from deploylint.recognition import without_template_ending
from deploylint.values.errors import InvalidValue
from deploylint.values.unit_names import UNIT_TYPES, UnitName, parse_unit_name

_USER_FOLDER = pattern(
    r"(?:^|/)(?:systemd[/_-]user|user[/_-]systemd|\.config/systemd|user[_-]units?|user[_-]services?)(?:/|$)"
    r"|(?:^|/)user/[^/]+(?:\.d/[^/]+)?$"
)


@dataclass(frozen=True, slots=True)
class FileName:
    """Where a unit file belongs.

    `unit` is empty for a file that is not named like a unit; `web.service.d/x.conf` extends `web.service`.

    A type-level drop-in (`service.d/x.conf`) has only a type. `has_template_ending`: `.j2`, `.in` and the like.
    `unit_name` is None where the unit has no valid name.
    """

    unit: str
    type: str
    is_drop_in: bool
    has_template_ending: bool
    unit_name: UnitName | None


def read_path(path: str) -> FileName:
    """Which unit the file at `path` is about (systemd.unit(5), "UNIT FILE LOAD PATH")."""
    folder, _, written = path.rpartition("/")
    name = without_template_ending(written)
    extended = folder.rpartition("/")[2].removesuffix(".d")
    if not (name.endswith(".conf") and folder.endswith(".d")):
        unit, is_drop_in = name, False
    else:
        unit, is_drop_in = extended, True
    if is_drop_in and unit in UNIT_TYPES:
        return FileName("", unit, is_drop_in, name != written, None)
    unit_type = _type(unit)
    if not unit_type:
        return FileName("", "", is_drop_in=False, has_template_ending=name != written, unit_name=None)
    return FileName(unit, unit_type, is_drop_in, name != written, _unit_name(unit))


def _type(unit: str) -> str:
    stem, _, suffix = unit.rpartition(".")
    return suffix if stem and suffix in UNIT_TYPES else ""


def _unit_name(text: str) -> UnitName | None:
    try:
        return parse_unit_name(text)
    except InvalidValue:
        return None


def in_user_folder(path: str) -> bool:
    """Whether the file lies where units of a user's own manager are kept."""
    return "user" in path and _USER_FOLDER.search(path) is not None
