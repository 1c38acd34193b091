"""What specifiers stand for, as far as the files tell (systemd.unit(5), "SPECIFIERS")."""

from deploylint.formats.systemd.template_marks import has_marks
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.pattern import Match, pattern
from deploylint.values.unit_names import unescape_instance

_SPECIFIER = pattern(r"%([%A-Za-z0-9])")
_OF_THE_SYSTEM_MANAGER = {
    "h": "/root", "u": "root", "U": "0", "g": "root", "G": "0", "t": "/run", "S": "/var/lib", "C": "/var/cache",
    "L": "/var/log", "E": "/etc", "T": "/tmp", "V": "/var/tmp",  # noqa: S108
}  # fmt: skip


def resolve(text: str, file: UnitFile) -> str | None:
    """The text with its specifiers replaced; None when one of them, or a template mark, is anybody's guess."""
    if has_marks(text):
        return None
    if "%" not in text:
        return text
    known = _known(file)
    unknown = False

    def replacement(match: Match[str]) -> str:
        nonlocal unknown
        value = known.get(match[1])
        unknown = unknown or value is None
        return value or ""

    resolved = _SPECIFIER.sub(replacement, text)
    return None if unknown else resolved


def _known(file: UnitFile) -> dict[str, str]:
    known = {"%": "%"} if file.is_user_unit else {"%": "%", **_OF_THE_SYSTEM_MANAGER}
    name = file.unit_name
    if name is None or has_marks(file.unit):
        return known
    known |= {"p": name.prefix, "P": unescape_instance(name.prefix)}
    last = name.prefix.rpartition("-")[2]
    known |= {"j": last, "J": unescape_instance(last)}
    if not name.is_template:
        instance = name.instance or ""
        known |= {"n": file.unit, "N": name.stem, "i": instance, "I": unescape_instance(instance)}
    return known
