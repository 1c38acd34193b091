"""Settings: found in `deploylint.toml` or `[tool.deploylint]`, checked strictly, overridden by the command line.

The nearest of the two, going up from the first path that is linted, is the only one that counts. An
unknown key is an error: a misspelt setting that is silently ignored is what this program is about.
Settings never name code to load: they belong to the repository under test.
"""

import os
from collections.abc import Mapping
from typing import Any

from deploylint.dataclass import dataclass, field, replace
from deploylint.vocabulary.nearest import nearest

FILE_NAME = "deploylint.toml"
FAIL_ON = ("error", "warning", "note", "never")
SEVERITIES = ("error", "warning", "note")
PROGRAMS = ("nginx", "systemd", "supervisor", "gunicorn", "uwsgi", "python")


class SettingsError(Exception):
    """Settings that cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """`[[deployment]]`: files that belong together, whatever the layout suggests.

    `files` are globs relative to the settings file. `host_paths` maps folders of the server to
    folders of the repository (`"/srv/app" = "."`).
    """

    name: str
    files: tuple[str, ...] = ()
    host_paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The effective settings. Field names with dashes are the keys of the settings file.

    `select` empty means the default set. `target` maps a program to a version (`"1.24"`). `base` is
    the folder that globs are relative to, `origin` the file they came from (None for the defaults).
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)
    pedantic: bool = False
    fail_on: str = "warning"
    exclude: tuple[str, ...] = ()
    target: Mapping[str, str] = field(default_factory=dict)
    host_paths: Mapping[str, str] = field(default_factory=dict)
    deployment: tuple[Deployment, ...] = ()
    base: str = "."
    origin: str | None = None


_INTERNAL = ("base", "origin")


def find(start: str) -> str | None:
    """The settings file that holds for a path: the nearest one in its folder or above, up to the repository's root."""
    folder = os.path.abspath(start)  # noqa: PTH100
    if not os.path.isdir(folder):  # noqa: PTH112
        folder = os.path.dirname(folder)  # noqa: PTH120
    while True:
        for name in (FILE_NAME, "pyproject.toml"):
            path = os.path.join(folder, name)  # noqa: PTH118
            if _holds_settings(path, name):
                return os.path.relpath(path)
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):  # noqa: PTH110, PTH118
            return None
        folder = parent


def _holds_settings(path: str, name: str) -> bool:
    if not os.path.isfile(path):  # noqa: PTH113
        return False
    return name == FILE_NAME or "[tool.deploylint" in _read(path)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            return file.read()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: cannot be read: it is not UTF-8") from None


def load(path: str) -> Settings:
    """Read and check a settings file.

    Raises SettingsError for anything that is not exactly right.
    """
    import tomllib  # noqa: PLC0415  costs more than a small run; most runs have no settings

    try:
        data = tomllib.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}") from None
    if os.path.basename(path) == "pyproject.toml":  # noqa: PTH119
        data = _table(data.get("tool", {}), path, "tool").get("deploylint", {})
    checked = _check(data, path)
    return replace(checked, base=os.path.dirname(os.path.abspath(path)), origin=path)  # noqa: PTH100, PTH120


def _check(data: Any, path: str) -> Settings:
    known = {name.replace("_", "-"): name for name in Settings.__match_args__ if name not in _INTERNAL}
    values: dict[str, Any] = {}
    for key, value in _table(data, path, "the settings").items():
        if key not in known:
            raise SettingsError(f"{path}: unknown key {key!r}{_suggestion(key, known)}")
        values[known[key]] = _READERS[key](value, path, key)
    return Settings(**values)


def _suggestion(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = nearest(word, list(known))
    return f"; did you mean {close!r}?" if close else f"; known are {', '.join(sorted(known))}"


def _table(value: Any, path: str, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: {key} must be a table")
    return value


def _words(value: Any, path: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{path}: {key} must be a list of strings")
    return tuple(value)


def _word_table(value: Any, path: str, key: str) -> dict[str, str]:
    table = _table(value, path, key)
    if not all(isinstance(item, str) for item in table.values()):
        raise SettingsError(f"{path}: the values of {key} must be strings")
    return table


def _flag(value: Any, path: str, key: str) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{path}: {key} must be true or false")
    return value


def _fail_on(value: Any, path: str, key: str) -> str:
    if value not in FAIL_ON:
        raise SettingsError(f"{path}: {key} must be one of {', '.join(FAIL_ON)}")
    return str(value)


def _severities(value: Any, path: str, key: str) -> dict[str, str]:
    table = _word_table(value, path, key)
    for rule, severity in table.items():
        if severity not in SEVERITIES:
            raise SettingsError(f"{path}: {key}.{rule} must be one of {', '.join(SEVERITIES)}")
    return table


def _targets(value: Any, path: str, key: str) -> dict[str, str]:
    table = _word_table(value, path, key)
    for program, version in table.items():
        try:
            parse_target(f"{program}={version}")
        except SettingsError as error:
            raise SettingsError(f"{path}: {key}: {error}") from None
    return table


def _per_file(value: Any, path: str, key: str) -> dict[str, tuple[str, ...]]:
    return {glob: _words(rules, path, f"{key}.{glob}") for glob, rules in _table(value, path, key).items()}


def _deployments(value: Any, path: str, key: str) -> tuple[Deployment, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"{path}: write [[{key}]] for each deployment")
    found = []
    for item in value:
        table = _table(item, path, key)
        for name in table:
            if name not in ("name", "files", "host-paths"):
                raise SettingsError(
                    f"{path}: unknown key {name!r} in {key}{_suggestion(name, ('name', 'files', 'host-paths'))}"
                )
        if not isinstance(table.get("name"), str):
            raise SettingsError(f"{path}: every {key} needs a name")
        files = _words(table.get("files", []), path, f"{key}.files")
        found.append(
            Deployment(
                table["name"], files, _word_table(table.get("host-paths", {}), path, f"{key}.host-paths")
            )
        )
    return tuple(found)


_READERS: dict[str, Any] = {
    "select": _words,
    "ignore": _words,
    "per-file-ignores": _per_file,
    "severity": _severities,
    "pedantic": _flag,
    "fail-on": _fail_on,
    "exclude": _words,
    "target": _targets,
    "host-paths": _word_table,
    "deployment": _deployments,
}


def parse_target(text: str) -> tuple[str, tuple[int, ...]]:
    """`nginx=1.24` -> ("nginx", (1, 24)).

    Raises SettingsError for an unknown program or a version that is not numbers with dots.
    """
    program, _, version = text.partition("=")
    if program not in PROGRAMS:
        raise SettingsError(f"unknown program {program!r}{_suggestion(program, PROGRAMS)}")
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise SettingsError(f"{version!r} is no version of {program}; write {program}=1.2")
    return program, tuple(int(part) for part in parts)
