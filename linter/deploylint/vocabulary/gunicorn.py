"""What gunicorn knows: settings, their command line flags and defaults, worker names, by release.

    setting("bind")                          -> Setting as of the newest release that has it, or None
    setting("header_map", target=(21, 2))    -> None: since 22.0.0
    by_flag("-w")                            -> the setting `workers`
    by_abbreviated_flag("--no-control-sock") -> the settings that argparse takes it for, one if it is unambiguous
    settings()                               -> all names, of all releases
    cli_spelling("access_logfile")           -> "accesslog": the flag's spelling is no name in a configuration file
    worker_known("eventlet", target=(26,))   -> False: removed in 26.0.0

A version is a tuple of numbers; (19, 0) stands for that release or an earlier one. The facts come from
gunicorn/config.py and gunicorn/workers/__init__.py of every release.
"""

from collections.abc import Collection
from functools import cache, lru_cache

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.gunicorn import (
    DEPRECATED,
    ENVIRONMENT,
    FROM_ENVIRONMENT,
    NEWEST,
    SETTINGS,
    WORKERS,
    Row,
    Version,
)

__all__ = [
    "ENVIRONMENT",
    "NEWEST",
    "OTHER_FLAGS",
    "Setting",
    "Version",
    "by_abbreviated_flag",
    "by_flag",
    "cli_spelling",
    "setting",
    "settings",
    "worker_known",
    "workers",
]

OTHER_FLAGS = ("-h", "--help", "-v", "--version")
"""Flags of the command line that are no setting; none takes a value."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """One setting, as some release has it. There is one for each name and release.

    `flags`: of the command line, none if it can only be set in a file. `takes_value`: the flag needs a value, or
    may have one (`optional_value`). `repeatable`: every further flag adds to a list. `constant`: what a flag
    without value sets.
    `validator`: the function of config.py, without `validate_`. `kind`: `boolean`, `integer` (not negative),
    `string`, `strings`, `addresses`, `host-port`, `words` (see `words`), `class`, `dictionary`, `directory`, `user`,
    `group`, `hook`, `other`. `arities`: the numbers of arguments a hook may have.
    `default` is as in config.py with tuples for lists and dictionaries, and means something only if
    `default_known`; where the environment variable `default_from` is set, that wins.
    `since` and `removed`: the first release with the setting, the first without it.
    `deprecated`: the release since when it has no effect.
    """

    name: str
    flags: tuple[str, ...]
    takes_value: bool
    repeatable: bool
    constant: object
    optional_value: bool
    validator: str
    kind: str
    arities: tuple[int, ...]
    words: tuple[str, ...]
    default: object
    default_known: bool
    default_from: str | None
    since: Version
    removed: Version | None
    deprecated: Version | None


def setting(name: str, target: Version | None = None) -> Setting | None:
    """The setting as the target has it, or as the last release that had it; None if that has none."""
    return _setting_in(name, target) if name in SETTINGS else None


@lru_cache(maxsize=1024)
def _setting_in(name: str, target: Version | None) -> Setting | None:
    rows = SETTINGS[name]
    for row in reversed(rows):
        if target is None or _in_range(row, target):
            return _setting(name, rows, row)
    return None


def by_flag(flag: str, target: Version | None = None) -> Setting | None:
    """The setting behind a flag that is written out, such as `-b` or `--bind`."""
    for name, rows in SETTINGS.items():
        for row in reversed(rows):
            if flag in row[0] and (target is None or _in_range(row, target)):
                return _setting(name, rows, row)
    return None


def by_abbreviated_flag(flag: str, target: Version | None = None) -> tuple[Setting, ...]:
    """The settings with a long flag that begins so; argparse takes an abbreviation that fits only one."""
    return tuple(
        found
        for name in SETTINGS
        if flag.startswith("--")
        and (found := setting(name, target)) is not None
        and any(long.startswith(flag) for long in found.flags)
    )


def settings(target: Version | None = None) -> Collection[str]:
    """The names of all settings, of all releases or of the target."""
    if target is None:
        return SETTINGS.keys()
    return [name for name, rows in SETTINGS.items() if any(_in_range(row, target) for row in rows)]


def cli_spelling(name: str) -> str | None:
    """The setting meant by a name that is spelt like a flag (`log_level`: loglevel); None for a setting's own name."""
    if name in SETTINGS:
        return None
    return _by_spelling().get("--" + name.replace("_", "-"))


@cache
def _by_spelling() -> dict[str, str]:
    """The settings by their flags, written with hyphens throughout; of two the first one."""
    found: dict[str, str] = {}
    for name, rows in SETTINGS.items():
        for row in rows:
            for flag in row[0]:
                found.setdefault(flag.replace("_", "-"), name)
    return found


def workers(target: Version | None = None) -> Collection[str]:
    """The short names that `worker_class` takes."""
    return [name for name in WORKERS if worker_known(name, target)]


def worker_known(name: str, target: Version | None = None) -> bool:
    """Is it a short name for a worker class?"""
    if name not in WORKERS:
        return False
    since, removed = WORKERS[name]
    return target is None or _between(since, target, removed)


def _setting(name: str, rows: tuple[Row, ...], row: Row) -> Setting:
    flags, takes_value, repeatable, constant, optional_value, validator, kind, arities, words = row[:9]
    return Setting(
        name,
        flags,
        takes_value,
        repeatable,
        constant,
        optional_value,
        validator,
        kind,
        arities,
        words,
        row[9],
        row[10],
        FROM_ENVIRONMENT.get(name),
        rows[0][-2],
        rows[-1][-1],
        DEPRECATED.get(name),
    )


def _in_range(row: Row, target: Version) -> bool:
    return _between(row[-2], target, row[-1])


def _between(since: Version, target: Version, removed: Version | None) -> bool:
    padded = (*target, 0, 0)[:3]
    return (since <= padded or since == (19, 0)) and (removed is None or padded < removed)
