"""Names of systemd units."""

from deploylint.dataclass import dataclass
from deploylint.pattern import Match, pattern
from deploylint.values.errors import InvalidValue, quoted

UNIT_TYPES = (
    "service", "socket", "target", "device", "mount", "automount", "swap", "timer", "path", "slice", "scope",
)  # fmt: skip

_MAX_LENGTH = 255
_ESCAPE = pattern(r"-|(?:\\x[0-9a-fA-F]{2})+")
_INVALID_CHARACTER = pattern(r"[^A-Za-z0-9:\-_.\\@]")


@dataclass(frozen=True, slots=True)
class UnitName:
    """`prefix@instance.type`. `instance` is None for a plain unit and empty for a template."""

    prefix: str
    instance: str | None
    type: str

    def __str__(self) -> str:
        return f"{self.stem}.{self.type}"

    @property
    def stem(self) -> str:
        return self.prefix if self.instance is None else f"{self.prefix}@{self.instance}"

    @property
    def is_template(self) -> bool:
        return self.instance == ""

    @property
    def template(self) -> "UnitName | None":
        """The template that an instance is made from; None for plain units and for templates themselves."""
        return UnitName(self.prefix, "", self.type) if self.instance else None


def parse_unit_name(text: str) -> UnitName:
    """`app.service`, `app@.service`, `app@1.service` (systemd.unit(5), `unit_name_is_valid`).

    The type is what follows the last dot; the instance is what follows the first `@` and may hold more of them.
    """
    stem, dot, unit_type = text.rpartition(".")
    if not dot or not stem:
        raise InvalidValue(f"{quoted(text)} is not a unit name: it has no type such as .service")
    if unit_type not in UNIT_TYPES:
        raise InvalidValue(
            f"{quoted(text)} is not a unit name: {quoted(unit_type)} is no unit type", len(stem) + 1
        )
    if (invalid := _INVALID_CHARACTER.search(stem)) is not None:
        raise InvalidValue(
            f"{quoted(text)} is not a unit name: {quoted(invalid[0])} is not allowed", invalid.start()
        )
    if len(text) > _MAX_LENGTH:
        raise InvalidValue("a unit name has at most 255 characters")
    prefix, at, instance = stem.partition("@")
    if not prefix:
        raise InvalidValue(f"{quoted(text)} is not a unit name: nothing stands before the @")
    return UnitName(prefix, instance if at else None, unit_type)


def unescape_instance(text: str) -> str:
    r"""What `%I` makes of an instance: `-` is a slash, `\x2d` a byte (systemd.unit(5), `unit_name_unescape`).

    An escape that is none stays as it is.
    """
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: Match[str]) -> str:
    if match[0] == "-":
        return "/"
    return bytes.fromhex(match[0].replace("\\x", "")).decode("utf-8", "surrogateescape")


def path_unit_name(path: str, unit_type: str) -> str:
    r"""The only name that a mount, automount or swap unit of this absolute path may have.

    `/srv/a-b` and `mount` give `srv-a\x2db.mount` (systemd-escape --path; `unit_name_from_path`).
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    escaped = "-".join(_escaped(part) for part in parts)
    if escaped.startswith("."):
        escaped = rf"\x2e{escaped[1:]}"
    return f"{escaped or '-'}.{unit_type}"


def _escaped(part: str) -> str:
    return "".join(
        chr(byte) if chr(byte) in _PLAIN_IN_PATHS else rf"\x{byte:02x}"
        for byte in part.encode("utf-8", "surrogateescape")
    )


_PLAIN_IN_PATHS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.")
