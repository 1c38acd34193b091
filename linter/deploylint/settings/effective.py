"""The settings that hold, each with where it comes from: as TOML for people, as JSON for programs."""

import json
import os
from collections.abc import Collection, Iterable, Iterator

from deploylint.dataclass import dataclass
from deploylint.report.visible import escaped, visible
from deploylint.settings import Settings
from deploylint.settings.keys import KEYS
from deploylint.settings.reader import values_in
from deploylint.settings.toml_places import Path
from deploylint.typed import Any

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that is no table, or one element of a list; `path` leads to it in the settings.

    `origin` is `default`, an option of the command line, or `FILE:LINE:COLUMN`.
    """

    path: Path
    value: Any
    origin: str


def entries(settings: Settings, given: Collection[Path]) -> list[Entry]:
    """Every setting that has a value.

    `given` are the paths that the command line sets; what it ignores comes behind what the file ignores. Raises
    SettingsError.
    """
    written = values_in(settings.origin)[1] if settings.origin else {}

    def origin(path: Path) -> str:
        place = written.get(path)
        if (path[:1] in given or path[:2] in given) and not (path[0] == "ignore" and place):
            return f"--{path[0]}"
        return place or DEFAULT

    return [Entry(path, value, origin(path)) for path, value in _leaves(plain(settings), ())]


def plain(settings: Settings) -> dict[str, Any]:
    """The settings as they stand in a file; keys without a value are left out."""
    values = {key: getattr(settings, key.replace("-", "_")) for key in KEYS}
    if settings.baseline is None:
        del values["baseline"]
    else:
        values["baseline"] = os.path.relpath(settings.baseline, settings.base).replace(os.sep, "/")
    values["deployment"] = [
        {"name": each.name, "files": list(each.files), "host-paths": dict(each.host_paths)}
        for each in settings.deployment
    ]
    values["per-file-ignores"] = {glob: list(rules) for glob, rules in settings.per_file_ignores.items()}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Values that hold nothing further, the empty lists and tables among them."""
    inside: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    empty = True
    for step, item in inside:
        empty = False
        yield from _leaves(item, (*path, step))
    if empty:
        yield path, value


def as_json(settings: Settings, found: Iterable[Entry]) -> str:
    """`{"version": 1, "file": ..., "settings": {...}, "origins": [{"key": [...], "from": ...}]}`."""
    origins = [{"key": list(entry.path), "from": entry.origin} for entry in found]
    shown = {"version": 1, "file": settings.origin, "settings": plain(settings), "origins": origins}
    return json.dumps(shown, indent=2) + "\n"


def as_toml(settings: Settings, found: Iterable[Entry]) -> str:
    """A settings file that says the same, with the origins as comments."""
    head = visible(settings.origin) if settings.origin else "no settings file"
    sections: dict[Path, list[str]] = {(): []}
    for entry in found:
        table, name = _table_and_name(entry)
        lines = sections.setdefault(table, [])
        comment = f"  # {visible(entry.origin)}"
        inside = entry.path[len(table) + 1 :]
        if inside == (0,):
            lines += [f"{_key(name)} = [", f"  {_written(entry.value)},{comment}", "]"]
        elif inside:
            lines.insert(-1, f"  {_written(entry.value)},{comment}")
        elif entry.value != {}:
            lines.append(f"{_key(name)} = {_written(entry.value)}{comment}")
    rows = [f"# {head}", *sections.pop(())]
    for table, lines in sections.items():
        if lines:
            rows += ["", _header(table), *lines]
    return "\n".join(rows) + "\n"


def _table_and_name(entry: Entry) -> tuple[Path, str]:
    """The table in which an entry is written, and its key there."""
    path = entry.path
    depth = next((number for number, step in enumerate(path) if number and isinstance(step, int)), len(path))
    if path[0] == "deployment" and len(path) > 2:
        depth = 3 if len(path) == 3 or isinstance(path[3], int) else 4
    return path[: depth - 1], str(path[depth - 1])


def _header(table: Path) -> str:
    names = ".".join(_key(str(step)) for step in table if not isinstance(step, int))
    return f"[[{names}]]" if isinstance(table[-1], int) else f"[{names}]"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").isalnum() else _written(name)


def _written(value: Any) -> str:
    """A value in TOML; what a terminal would not show as it is becomes an escape."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(_unicode_escape(char) if visible(char) != char else char for char in text)


def _unicode_escape(char: str) -> str:
    return escaped(char) if ord(char) > 0xFF else f"\\u{ord(char):04x}"
