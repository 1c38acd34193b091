"""Write `amalgamation.json`, what runs load together and which patterns they use: `python scripts/wheel/groups.py`.

Lints each file of the fixture projects alone, of units the services, as an installed wheel would, and looks at
what it has loaded. What the command line itself loads is `first`. A module that at least half of the files of a
format load, or one that is typical of it (fixtures/typical), belongs to that format; one that belongs to all formats is
`core`, one of all that start processes is `processes`. A regular expression counts when any file or any project has
it compiled: missing a single one costs as much as having dozens more, since `re` has to be imported.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from deploylint import rule_index
from deploylint.reading import read_text
from deploylint.recognition import recognise

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
OUT = Path(__file__).with_name("amalgamation.json")
PROCESSES = ("systemd", "supervisor", "compose")
FORMATS = (*PROCESSES, "nginx", "gunicorn", "uwsgi")
# What loads groups is in none.
LOADERS = {"deploylint.amalgamation", "deploylint.imports"}
_RUN = """
import json, sys
from deploylint import pattern
patterns, compiled = [], pattern.compiled
def noted(text, flags=0):
    patterns.append((text, int(flags)))
    return compiled(text, flags)
pattern.compiled = noted
from deploylint.cli import run
run(["--isolated", "--output-format", "text", sys.argv[1]])
modules = [name for name, module in sys.modules.items() if getattr(module, "__file__", None)]
json.dump([modules, patterns], sys.stderr)
"""
_FIRST = "import json, sys, deploylint.cli; json.dump([list(sys.modules), []], sys.stderr)"


def samples(folder: str) -> Iterator[tuple[str, Path]]:
    """Each deployment file in a folder of the fixtures with its format."""
    for file in sorted((ROOT / "fixtures" / folder).rglob("*")):
        if not file.is_file() or (kind := recognise(file.name, read_text(str(file)))) not in FORMATS:
            continue
        if kind != "systemd" or file.suffix == ".service":
            yield kind, file


class Loaded(NamedTuple):
    """Modules of this program, and text and flags of regular expressions."""

    modules: set[str]
    patterns: set[tuple[str, int]]


def loaded(script: str, *arguments: str, folder: str, packs: Path) -> Loaded:
    """What a script says that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(packs)},
        capture_output=True,
        text=True,
        check=True,
    )
    modules, patterns = json.loads(done.stderr)
    own = {name for name in modules if name.startswith(("deploylint.", "deploylint_rules."))}
    return Loaded(own - LOADERS, set(map(tuple, patterns)))


def first(packs: Path) -> set[str]:
    """What every run loads, and what the compiled patterns need."""
    with TemporaryDirectory() as folder:
        return loaded(_FIRST, folder=folder, packs=packs).modules | {"deploylint.pattern"}


def usual(packs: Path) -> dict[str, Loaded]:
    """For each format the modules that at least half of its files load, or a typical one, and all patterns."""
    runs = _runs("projects", packs)
    found = {
        kind: Loaded(
            _in_half([one.modules for one in several]), set().union(*(one.patterns for one in several))
        )
        for kind, several in runs.items()
    }
    for kind, several in _runs("typical", packs).items():
        for one in several:
            found[kind].modules.update(one.modules)
            found[kind].patterns.update(one.patterns)
    return found


def _runs(fixtures: str, packs: Path) -> dict[str, list[Loaded]]:
    runs: dict[str, list[Loaded]] = defaultdict(list)
    for kind, file in samples(fixtures):
        with TemporaryDirectory() as folder:
            shutil.copy(file, folder)
            runs[kind].append(loaded(_RUN, file.name, folder=folder, packs=packs))
    return runs


def patterns(packs: Path) -> set[tuple[str, int]]:
    """Those that whole projects use, and correct files of each format that show what there is."""
    folders = [folder for kind in ("projects", "valid") for folder in (ROOT / "fixtures" / kind).iterdir()]
    return set().union(*(loaded(_RUN, ".", folder=str(folder), packs=packs).patterns for folder in folders))


def _in_half(sets: Collection[set[T]]) -> set[T]:
    counts = Counter(item for one in sets for item in one)
    return {item for item, count in counts.items() if 2 * count >= len(sets)}


def groups(modules: dict[str, set[str]]) -> dict[str, set[str]]:
    """Name of each group -> its modules."""
    core = set.intersection(*modules.values())
    processes = set.intersection(*(modules[kind] for kind in PROCESSES)) - core
    return {"core": core, "processes": processes} | {
        kind: modules[kind] - core - (processes if kind in PROCESSES else set()) for kind in FORMATS
    }


def main() -> None:
    with TemporaryDirectory() as folder:
        packs = Path(folder)
        pack = packs / "deploylint_rules"
        shutil.copytree(
            ROOT / "rules" / "deploylint_rules", pack, ignore=shutil.ignore_patterns("__pycache__")
        )
        (pack / "_index.py").write_text(rule_index.written(pack.name), encoding="utf-8")
        found, early = usual(packs), first(packs)
        used = patterns(packs).union(*(one.patterns for one in found.values()))
    modules = {"first": early, **groups({kind: one.modules - early for kind, one in found.items()})}
    lists = {
        "groups": {group: sorted(names) for group, names in modules.items()},
        "patterns": sorted(used),
    }
    OUT.write_text(json.dumps(lists, indent=1) + "\n", encoding="utf-8")
    print(*(f"{group}: {len(names)} modules" for group, names in modules.items()), sep="\n")
    print(f"{len(used)} regular expressions")


if __name__ == "__main__":
    main()
