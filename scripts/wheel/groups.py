"""Write `amalgamation.toml`, the groups of modules that runs load together: `python scripts/wheel/groups.py`.

Lints each file of the fixture projects alone, of units the services, as an installed wheel would, and looks at what it has loaded. A module
that at least half of the files of a format load belongs to that format; one that belongs to all formats is `core`, one of
all that start processes is `processes`.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from deploylint import rule_index
from deploylint.reading import read_text
from deploylint.recognition import recognise

ROOT = Path(__file__).parents[2]
OUT = Path(__file__).with_name("amalgamation.toml")
PROCESSES = ("systemd", "supervisor", "compose")
FORMATS = (*PROCESSES, "nginx", "gunicorn", "uwsgi")
# Loaded before a group can be.
FIRST = "deploylint.cli"
_RUN = """
import sys
from deploylint.cli import run
run(["--isolated", "--output-format", "text", sys.argv[1]])
print(*(name for name, module in sys.modules.items() if getattr(module, "__file__", None)), file=sys.stderr)
"""
_EARLY = f"import sys, {FIRST}; print(*sys.modules)"


def samples() -> Iterator[tuple[str, Path]]:
    """Each deployment file of the fixture projects with its format."""
    for file in sorted((ROOT / "fixtures" / "projects").rglob("*")):
        if not file.is_file() or (kind := recognise(file.name, read_text(str(file)))) not in FORMATS:
            continue
        if kind != "systemd" or file.suffix == ".service":
            yield kind, file


def own(names: str) -> set[str]:
    return {name for name in names.split() if name.startswith(("deploylint.", "deploylint_rules."))}


def loaded(file: Path, packs: Path) -> set[str]:
    """The modules of this program that a run on the file loads."""
    with TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        command = [sys.executable, "-c", _RUN, file.name]
        environment = {**os.environ, "PYTHONPATH": str(packs)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return own(done.stderr)


def groups(packs: Path) -> dict[str, set[str]]:
    """Name of each group -> its modules."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    files: Counter[str] = Counter()
    for kind, file in samples():
        counts[kind].update(loaded(file, packs))
        files[kind] += 1
    early = own(subprocess.run([sys.executable, "-c", _EARLY], capture_output=True, text=True, check=True).stdout)
    usual = {
        kind: {name for name, count in counts[kind].items() if 2 * count >= files[kind]} - early for kind in FORMATS
    }
    core = set.intersection(*usual.values())
    processes = set.intersection(*(usual[kind] for kind in PROCESSES)) - core
    found = {"core": core, "processes": processes}
    return found | {
        kind: names - core - (processes if kind in PROCESSES else set()) for kind, names in usual.items()
    }


def main() -> None:
    with TemporaryDirectory() as folder:
        packs = Path(folder)
        pack = packs / "deploylint_rules"
        shutil.copytree(ROOT / "rules" / "deploylint_rules", pack, ignore=shutil.ignore_patterns("__pycache__"))
        (pack / "_index.py").write_text(rule_index.written(pack.name), encoding="utf-8")
        found = groups(packs)
    lines = ["# Written by scripts/wheel/groups.py."]
    for group, names in found.items():
        lines += [f"{group} = [", *(f'  "{name}",' for name in sorted(names)), "]"]
    OUT.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(*(f"{group}: {len(names)} modules" for group, names in found.items()), sep="\n")


if __name__ == "__main__":
    main()
