"""Find and load rule packs: packages named by the entry-point group `deploylint.rules`.

A pack holds one folder per subject (a format, or `deployment` for what is seen across files) and in
it one module per rule, named like the rule with underscores. Names are therefore known without
importing anything, and only the subjects that a run meets are imported. Packs come from the
installed environment or the command line, never from the repository under test.
"""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from deploylint.dataclass import dataclass
from deploylint.rule import Rule

GROUP = "[deploylint.rules]"


class PackError(Exception):
    """A rule pack that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class RuleName:
    """A rule that is known by its file only."""

    name: str
    subject: str
    module: str

    def load(self) -> Rule:
        """Import the rule's module.

        Raises PackError when the module holds no rule of its own name.
        """
        found = getattr(import_module(self.module), self.module.rsplit(".", 1)[-1], None)
        if not isinstance(found, Rule):
            raise PackError(f"{self.module} defines no rule named {self.name}")
        return found


def installed_packs() -> list[str]:
    """Package names that the entry points of the environment give, in a stable order.

    Reads `entry_points.txt` directly: `importlib.metadata` takes three times as long as a whole run.
    The working folder never counts, even where `python -m` puts it on the path: it is what is linted.
    """
    packs = set()
    for folder in dict.fromkeys(path for path in sys.path if path not in ("", os.getcwd())):  # noqa: PTH109
        try:
            entries = [entry.name for entry in os.scandir(folder) if entry.name.endswith(".dist-info")]
        except OSError:
            continue
        for entry in entries:
            packs.update(_declared(os.path.join(folder, entry, "entry_points.txt")))  # noqa: PTH118
    return sorted(packs)


def _declared(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            text = file.read()
    except OSError:
        return []
    _, found, rest = text.partition(GROUP)
    lines = rest.partition("\n[")[0].splitlines() if found else []
    return [line.partition("=")[2].strip() for line in lines if "=" in line]


def rule_names(packs: Iterable[str]) -> list[RuleName]:
    """Every rule of the packs, in the order of subject and name."""
    return sorted(
        (name for pack in packs for name in _names(import_module(pack))),
        key=lambda name: (name.subject, name.name),
    )


def _names(pack: ModuleType) -> list[RuleName]:
    found = []
    for root in pack.__path__:
        for subject in os.scandir(root):
            if not subject.is_dir() or subject.name.startswith(("_", ".")):
                continue
            found += [
                RuleName(
                    entry.name[:-3].replace("_", "-"),
                    subject.name,
                    f"{pack.__name__}.{subject.name}.{entry.name[:-3]}",
                )
                for entry in os.scandir(subject.path)
                if entry.name.endswith(".py") and not entry.name.startswith("_")
            ]
    return found
