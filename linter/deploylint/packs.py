"""Find and load rule packs: packages named by the entry-point group `deploylint.rules`.

A pack holds one folder per subject (a format, or `deployment` for what is seen across files) and in
it one module per rule, named like the rule with underscores. Names are therefore known without
importing anything, and only the subjects that a run meets are imported; of an installed pack that
has an index (see `rule_index`) only the rules that have something to visit. Packs come from the
installed environment or the command line, never from the repository under test. A folder that the
command line names (`--rules`) is a pack, too; its rules may lie in it without a folder for their subject.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from io import FileIO
from operator import attrgetter
from types import ModuleType

from deploylint.dataclass import dataclass
from deploylint.imports import import_module
from deploylint.rule import Rule
from deploylint.typed import Any

GROUP = "[deploylint.rules]"
INDEX_VERSION = 2  # of what an index holds; one of another version is not read
LOCAL = "local_rules"
"""The package, and the subject, of the rules that lie directly in folders of the command line."""


class PackError(Exception):
    """A rule pack that cannot be used; the text says which and why."""


@dataclass(slots=True)
class RuleName:
    """A rule that is known by its file or from its pack's index. In the first case all but three fields are empty.

    As a `Candidate`: `visited` is the class that it visits, `family` its group.
    """

    name: str
    subject: str
    module: str
    visited: str = ""
    named: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    mentions: tuple[str, ...] = ()
    family: str = ""
    pedantic: bool = False

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
    library = os.path.dirname(os.__file__)  # noqa: PTH120
    nothing = ("", os.getcwd(), library, f"{library}/lib-dynload")  # noqa: PTH109
    for folder in dict.fromkeys(path for path in sys.path if path not in nothing):
        try:
            entries = [entry.name for entry in os.scandir(folder) if entry.name.endswith(".dist-info")]
        except OSError:
            continue
        for entry in entries:
            packs.update(_declared(os.path.join(folder, entry, "entry_points.txt")))  # noqa: PTH118
    return sorted(packs)


def _declared(path: str) -> list[str]:
    try:
        with FileIO(path) as file:
            data = file.readall()
    except OSError:
        return []
    _, found, rest = data.partition(GROUP.encode())
    lines = rest.decode(errors="replace").partition("\n[")[0].splitlines() if found else []
    return [line.partition("=")[2].strip() for line in lines if "=" in line]


def local_pack(folders: Sequence[str]) -> list[str]:
    """The folders that `--rules` names as one importable package: its name, or nothing without folders.

    Raises PackError for what is no folder and for one without any rule.
    """
    if not folders:
        return []
    for folder in folders:
        if not os.path.isdir(folder):  # noqa: PTH112
            raise PackError(f"--rules {folder}: no such folder")
        if not any(name.endswith(".py") for _, _, names in os.walk(folder) for name in names):
            raise PackError(f"--rules {folder}: no rules in there")
    package = ModuleType(LOCAL)
    package.__path__ = [os.path.abspath(folder) for folder in folders]  # noqa: PTH100
    sys.modules[LOCAL] = package
    return [LOCAL]


def all_names(extra_packs: Iterable[str] = ()) -> list[RuleName]:
    """The rules of the environment and of further packs, as `rule_names` gives them."""
    return rule_names([*installed_packs(), *extra_packs])


def rule_names(packs: Iterable[str]) -> list[RuleName]:
    """Every rule of the packs, in the order of subject and name.

    Raises PackError for a pack that cannot be imported, and for two rules of one name.
    """
    names = [name for pack in map(_imported, packs) for name in _indexed(pack) or scanned(pack)]
    if len({name.name for name in names}) < len(names):
        modules: dict[str, str] = {}
        for name in names:
            if name.name in modules:
                raise PackError(f"two rules are called {name.name}: {modules[name.name]} and {name.module}")
            modules[name.name] = name.module
    return sorted(names, key=by_subject)


by_subject = attrgetter("subject", "name")
"""Sort key of all lists of rules."""


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


def _indexed(pack: ModuleType) -> list[RuleName]:
    """The rules by the pack's index; nothing without one, or where the module of that name is something else."""
    try:
        index: Any = import_module(f"{pack.__name__}._index")
    except ModuleNotFoundError:
        return []
    is_ours = getattr(index, "VERSION", None) == INDEX_VERSION
    return [RuleName(*fields) for fields in index.RULES] if is_ours else []


def scanned(pack: ModuleType) -> list[RuleName]:
    """The rules of a pack by its files, without its index."""
    found = []
    for root in pack.__path__:
        for entry in os.scandir(root):
            if entry.name.startswith(("_", ".")):
                continue
            if entry.is_dir():
                found += _rules_in(entry.path, entry.name, f"{pack.__name__}.{entry.name}")
        if pack.__name__ == LOCAL:
            found += _rules_in(root, LOCAL, LOCAL)
    return found


def _rules_in(folder: str, subject: str, package: str) -> list[RuleName]:
    return [
        RuleName(entry.name[:-3].replace("_", "-"), subject, f"{package}.{entry.name[:-3]}")
        for entry in os.scandir(folder)
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    ]
