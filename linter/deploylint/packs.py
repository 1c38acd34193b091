"""Find and load rule packs: packages named by the entry-point group `deploylint.rules`.

A pack holds one folder per subject (a format, or `deployment` for what is seen across files) and in
it one module per rule, named like the rule with underscores. Names are therefore known without
importing anything, and only the subjects that a run meets are imported. Packs come from the
installed environment or the command line, never from the repository under test.
"""

import os
import sys
from collections.abc import Callable, Iterable
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

        Raises PackError when the module holds no rule of its own name or cannot be imported.
        """
        try:
            found = getattr(import_module(self.module), self.module.rsplit(".", 1)[-1], None)
        except Exception as error:
            raise PackError(f"{self.module} cannot be loaded: {type(error).__name__}: {error}") from error
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
    names = [name for pack in packs for name in _names(_imported(pack))]
    return sorted(names, key=lambda name: (name.subject, name.name))


def aliases(names: Iterable[RuleName]) -> dict[str, str]:
    """Former names with the present ones. Loads every rule, so ask only for a name that is not known otherwise."""
    return {alias: name.name for name in names for alias in name.load().aliases}


def present_names(names: Iterable[RuleName]) -> Callable[[str], str]:
    """A function that gives the present name for a former one; any other name stays as it is."""
    by_name = {name.name: name for name in names}

    def present(name: str) -> str:
        return name if name in by_name else aliases(by_name.values()).get(name, name)

    return present


def _imported(pack: str) -> ModuleType:
    try:
        module = import_module(pack)
    except Exception as error:
        raise PackError(f"rule pack {pack} cannot be loaded: {type(error).__name__}: {error}") from error
    if not hasattr(module, "__path__"):
        raise PackError(f"rule pack {pack} is a module; a pack is a package with a folder for each subject")
    return module


def _names(pack: ModuleType) -> list[RuleName]:
    found = []
    for root in pack.__path__:
        for subject in os.scandir(root):
            if subject.name.startswith(("_", ".")) or not subject.is_dir():
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
