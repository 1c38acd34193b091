"""Every key of the settings file: what may stand there, and what it does.

The reader checks files by this table and the JSON Schema is made from it, so that the two cannot differ.
"""

from collections.abc import Mapping

from deploylint.dataclass import dataclass
from deploylint.limits import SIZE
from deploylint.settings import FAIL_ON, PROGRAMS, VERSION


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string; all of it has to match `form`, a regular expression, where there is one. `called` says that in words."""

    form: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from 1 up."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A list of rules, subjects, groups and `all`. Which of them exist is checked when the rules are known."""


@dataclass(frozen=True, slots=True)
class Words:
    """A list of strings."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """A list of patterns as in `.gitignore`. The few strings that are none (`!`, `[a`) pass the schema."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a value of one kind behind each name; `names` are all that are allowed, None for any."""

    values: "Kind"
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class BySeverity:
    """A table from names of rules to severities."""


@dataclass(frozen=True, slots=True)
class Tables:
    """`[[name]]`, any number of times; `required` are the keys that none may lack."""

    keys: Mapping[str, "Key"]
    required: tuple[str, ...]


Kind = Flag | Text | Choice | Count | RuleWords | Words | Patterns | Table | BySeverity | Tables


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand behind a key, and one sentence about what it does."""

    kind: Kind
    about: str


_HOST_PATHS = Key(
    Table(Text()),
    'Folders of the server with the folders of the repository that are put there ("/srv/app" = ".").',
)

KEYS: Mapping[str, Key] = {
    "select": Key(RuleWords(), "The only rules that run: names of rules, subjects, groups, or all."),
    "ignore": Key(
        RuleWords(), "Rules that do not run. A rule's own name in select beats its subject or group here."
    ),
    "per-file-ignores": Key(Table(RuleWords()), "Globs of files with the rules that say nothing in them."),
    "severity": Key(BySeverity(), "Other severities for some rules."),
    "pedantic": Key(Flag(), "Also run the rules of opinion and practice."),
    "fail-on": Key(Choice(FAIL_ON), "Exit with status 1 when a finding is at least this severe."),
    "baseline": Key(
        Text(r"(?!/)(?!(.*/)?\.\.(/|$))[^\x00-\x1f]+", "a path below the folder of the settings"),
        "The file with the findings that are known already, written by `deploylint baseline`.",
    ),
    "exclude": Key(Patterns(), "Files and folders to leave out, as in .gitignore."),
    "max-file-size": Key(
        Text(SIZE, "a size such as 10M"),
        "Larger files are not checked, and are problems that make the exit status 2.",
    ),
    "max-file-seconds": Key(
        Count(), "A file that takes more of the processor's time is given up, and is a problem."
    ),
    "target": Key(
        Table(Text(VERSION, "a version such as 1.24"), PROGRAMS),
        "Programs with the versions that the deployment runs.",
    ),
    "host-paths": _HOST_PATHS,
    "deployment": Key(
        Tables(
            {
                "name": Key(Text(), "What the deployment is called."),
                "files": Key(Words(), "Globs of its files, from the folder of the settings."),
                "host-paths": _HOST_PATHS,
            },
            ("name",),
        ),
        "Files that belong together, whatever the layout suggests.",
    ),
}
