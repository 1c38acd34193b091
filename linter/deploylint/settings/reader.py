"""From a settings file to `Settings`, by the table of keys. What is wrong is said with its line and column."""

import os
import tomllib
from collections.abc import Mapping, Sequence

from deploylint.dataclass import replace
from deploylint.globs import is_pattern
from deploylint.pattern import compiled, pattern
from deploylint.settings import SEVERITIES, Deployment, Settings, SettingsError, read_file, suggestion
from deploylint.settings.keys import (
    KEYS,
    BySeverity,
    Choice,
    Count,
    Flag,
    Key,
    Kind,
    Patterns,
    RuleWords,
    Table,
    Tables,
    Text,
    Words,
)
from deploylint.source import Source
from deploylint.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploylint.settings.toml_places import Path

_AT = pattern(r" \(at line (\d+), column (\d+)\)$")


class _WrongError(Exception):
    """A value, or with `is_key` a key, that may not stand where it does; `path` leads to it in the settings."""

    def __init__(self, path: "Path", text: str, *, is_key: bool = False) -> None:
        super().__init__(text)
        self.path = path
        self.is_key = is_key


def read(path: str) -> Settings:
    """Read and check a settings file.

    Raises SettingsError.
    """
    return parse(path, read_file(path))


def parse(path: str, text: str) -> Settings:
    """Check the text of a settings file.

    Raises SettingsError.
    """
    data = _data(path, text)
    try:
        values = {key.replace("-", "_"): value for key, value in _checked(KEYS, data, ()).items()}
    except _WrongError as error:
        raise SettingsError(f"{place_in(path, text, error.path, is_key=error.is_key)}: {error}") from None
    if "deployment" in values:
        values["deployment"] = tuple(
            Deployment(each["name"], each.get("files", ()), each.get("host-paths", {}))
            for each in values["deployment"]
        )
    base = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
    if "baseline" in values:
        values["baseline"] = _inside(base, values["baseline"], path, text)
    return replace(Settings(**values), base=base, origin=path)


def _inside(base: str, name: str, path: str, text: str) -> str:
    """The path of a file that the settings name, from the working folder. A link must not lead out of their folder."""
    full = os.path.join(base, name)  # noqa: PTH118
    if not os.path.realpath(full).startswith(os.path.realpath(base).rstrip(os.sep) + os.sep):
        place = place_in(path, text, ("baseline",), is_key=False)
        raise SettingsError(f"{place}: {name!r} is a link out of the folder of the settings")
    return os.path.relpath(full)


def _data(path: str, text: str) -> Any:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _AT.search(str(error))
        if at is None:
            raise SettingsError(f"{path}: {error}") from None
        raise SettingsError(f"{path}:{at[1]}:{at[2]}: {str(error)[: at.start()]}") from None
    for name in _prefix(path):
        if not isinstance(data, dict):
            raise SettingsError(f"{path}: tool must be a table")
        data = data.get(name, {})
    return data


def _prefix(path: str) -> tuple[str, ...]:
    """The tables around the settings in a file."""
    return ("tool", "deploylint") if os.path.basename(path) == "pyproject.toml" else ()  # noqa: PTH119


def values_in(path: str) -> tuple[dict[str, Any], "dict[Path, str]"]:
    """The settings as they are written in a file, and `FILE:LINE:COLUMN` of each key and each value in a list.

    Raises SettingsError when the file cannot be read.
    """
    from deploylint.settings.toml_places import places  # noqa: PLC0415  most runs need no place

    text = read_file(path)
    source, prefix = Source(path, text), _prefix(path)
    return _data(path, text), {
        found[len(prefix) :]: str(source.location(place.key, place.key))
        for found, place in places(text).items()
        if found[: len(prefix)] == prefix
    }


def place_of_rule(path: str, word: str) -> str:
    """`FILE:LINE:COLUMN` of a word that a settings file gives as the name of a rule; empty where it gives none."""
    data, where = values_in(path)
    for found, place in where.items():
        value: Any = data
        for step in found:
            value = value[step]
        if found[:1] == ("severity",) and found[1:] == (word,):
            return place
        if found[:1] in (("select",), ("ignore",), ("per-file-ignores",)) and value == word:
            return place
    return ""


def place_in(path: str, text: str, found: "Path", *, is_key: bool) -> str:
    """`FILE:LINE:COLUMN` of a key or its value; the file alone for the settings as a whole."""
    from deploylint.settings.toml_places import places  # noqa: PLC0415

    place = places(text).get((*_prefix(path), *found))
    if place is None:
        return path
    offset = place.key if is_key else place.value
    return str(Source(path, text).location(offset, offset))


def _checked(keys: Mapping[str, Key], data: Any, path: "Path") -> dict[str, Any]:
    values = {}
    for name, value in _table(data, path).items():
        if name not in keys:
            inside = f" in {_name(path)}" if path else ""
            raise _WrongError(
                (*path, name), f"unknown key {name!r}{inside}{suggestion(name, keys)}", is_key=True
            )
        values[name] = _value(keys[name].kind, value, (*path, name))
    return values


def _value(kind: Kind, value: Any, path: "Path") -> Any:
    """A value as `Settings` holds it. Raises _WrongError."""
    match kind:
        case Flag():
            return _is(isinstance(value, bool), value, path, "true or false")
        case Choice(options):
            return _is(value in options, value, path, f"one of {', '.join(options)}")
        case Text(form, called):
            _is(isinstance(value, str), value, path, "a string")
            return _is(not form or compiled(form).fullmatch(value), value, path, f"{called}, not {value!r}")
        case Count():
            fits = type(value) is int and 0 < value < 10**9
            return _is(fits, value, path, "a whole number from 1 up")
        case Words() | RuleWords():
            _is(isinstance(value, list), value, path, "a list of strings")
            for number, item in enumerate(value):
                _is(isinstance(item, str), item, (*path, number), "a list of strings")
            return tuple(value)
        case Patterns():
            words: tuple[str, ...] = _value(Words(), value, path)
            for number, word in enumerate(words):
                _is(
                    is_pattern(word),
                    word,
                    (*path, number),
                    f"a list of patterns as in .gitignore, not {word!r}",
                )
            return words
        case BySeverity():
            return {n: _value(Choice(SEVERITIES), v, (*path, n)) for n, v in _table(value, path).items()}
        case Table(values, names):
            table = _table(value, path)
            for name in table:
                if names is not None and name not in names:
                    text = f"unknown name {name!r} in {_name(path)}{suggestion(name, names)}"
                    raise _WrongError((*path, name), text, is_key=True)
            return {name: _value(values, item, (*path, name)) for name, item in table.items()}
        case Tables(keys, required):
            if not isinstance(value, list):
                raise _WrongError(path, f"write [[{_name(path)}]] for each {_name(path)}")
            found = [_checked(keys, item, (*path, number)) for number, item in enumerate(value)]
            for number, item in enumerate(found):
                for name in required:
                    if name not in item:
                        raise _WrongError((*path, number), f"every {_name(path)} needs a {name}")
            return found


def _is(fits: object, value: Any, path: "Path", wanted: str) -> Any:
    """The value, if it fits. Raises _WrongError."""
    if not fits:
        raise _WrongError(path, f"{_name(path)} must be {wanted}")
    return value


def _table(value: Any, path: "Path") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError(path, f"{_name(path)} must be a table")
    return value


def _name(path: Sequence[str | int]) -> str:
    """`severity.nginx-x`: the names on a path, without the numbers of list elements."""
    return ".".join(step for step in path if isinstance(step, str)) or "the settings"
