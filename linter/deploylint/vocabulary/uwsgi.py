"""What uWSGI knows: the options of its configuration files and command line.

    option("http-socket")            -> Option, or None: without `strict`, ignored in silence
    option("py_autoreload")          -> None: the names have dashes
    by_short("p").name               -> "processes"
    only_in_development("fork-server") -> True: an option of 2.1, which was never released
    names()                          -> all of 2.0

The facts come from the uwsgi_option tables of every 2.0 release and its plug-ins; which plug-ins are there depends
on how uWSGI was built.
"""

from collections.abc import Collection

from deploylint.dataclass import dataclass
from deploylint.vocabulary.data.uwsgi import DEFAULTS, DEVELOPMENT, NEWEST, ON_SINCE, OPTIONS

__all__ = ["NEWEST", "Option", "abbreviated", "by_short", "names", "only_in_development", "option"]


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    `argument`: `required`, `optional` or `no`. `short`: the letter of the command line, or "".
    `kind`: `boolean` (false, off, no and 0 turn it off, all else on), `integer` (what atoi reads), `integer16`,
    `megabytes`, `mode` (three octal digits), `string`, `address`, `ssl-address`, `key-value`, `command`, `logger`,
    `cron`, `regex`, `plugin-list`, `route-rule`, `include` (loads another file), `logic` (for, if-...), `user`,
    `group`, `deprecated` or `special`.
    `repeatable`: a further one adds to a list; else the last one wins.
    `plugin`: the plug-in that brings it, "" for the core. `implies`: what else it turns on, such as `master`.
    `immediate`: acts while the file is being read. `conditions`: what must have been built in, such as `UWSGI_SSL`.
    `aliases`: other names of the same thing. `since`: the first release with it, None if 2.0 had it.
    `default`: of some integers, else None. `on_since`: of a boolean, the release since which it is on by default.
    """

    name: str
    argument: str
    short: str
    kind: str
    repeatable: bool
    plugin: str
    implies: tuple[str, ...]
    immediate: bool
    conditions: tuple[str, ...]
    aliases: tuple[str, ...]
    since: tuple[int, ...] | None
    default: int | None
    on_since: tuple[int, ...] | None


def option(name: str) -> Option | None:
    """The option of this name, without leading dashes."""
    row = OPTIONS.get(name)
    return None if row is None else Option(name, *row, DEFAULTS.get(name), ON_SINCE.get(name))


def by_short(letter: str) -> Option | None:
    """The option behind a letter of the command line, by the first of its aliases."""
    found = next((name for name, row in OPTIONS.items() if row[1] == letter), None)
    return None if found is None else option(found)


def abbreviated(name: str) -> tuple[Option, ...]:
    """The options that begin so; getopt_long takes an abbreviation if all it fits are the same."""
    return tuple(
        found for known in OPTIONS if known.startswith(name) and (found := option(known)) is not None
    )


def names() -> Collection[str]:
    """All options of 2.0."""
    return OPTIONS.keys()


def only_in_development(name: str) -> bool:
    """Is it an option of the 2.1 branch, which 2.0 does not know?"""
    return name in DEVELOPMENT
