"""Ask the installed systemd for what its exposure level is made of: `python scripts/record_systemd_exposure.py`.

Writes linter/deploylint/vocabulary/data/systemd_exposure.py: the tests of `systemd-analyze security` with weight and
range, and which system calls of the groups it looks at each group of system calls holds. Of the names only those
count that the machine's architecture (x86-64) has; libseccomp tells.
"""

import ctypes
import json
import os
import subprocess
import tempfile
from pathlib import Path

from vocabulary_files import DATA, module_text

SCORED = "swap obsolete clock cpu-emulation debug mount module raw-io reboot privileged resources"
DOCSTRING = """What the exposure level of `systemd-analyze security` is made of, in systemd 252.

Made by scripts/record_systemd_exposure.py from what that release says of itself; do not edit.
"""


def tests() -> dict[str, tuple[int, int]]:
    """Name of each test -> weight and range."""
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / "x.service"
        unit.write_text("[Service]\nExecStart=/bin/true\n")
        run = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--json=short", str(unit)],
            env={**os.environ, "SYSTEMD_ANALYZE_DEBUG": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    return {row["name"]: (row["weight"], row["range"]) for row in sorted(json.loads(run.stdout), key=_name)}


def _name(row: dict[str, str]) -> str:
    return row["name"]


def groups() -> dict[str, set[str]]:
    """Name of each group of system calls -> all its calls that this architecture has."""
    run = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True)
    written: dict[str, list[str]] = {}
    group = ""
    for line in run.stdout.splitlines():
        if line.startswith("@"):
            group = line.strip()
            written[group] = []
        elif line.startswith(" ") and not line.strip().startswith("#"):
            written[group].append(line.strip())
    resolve = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name

    def calls(name: str) -> set[str]:
        if not name.startswith("@"):
            return {name} if resolve(name.encode()) >= 0 else set()
        return {call for part in written[name] for call in calls(part)}

    return {name: calls(name) for name in written}


def main() -> None:
    found = groups()
    scored = set[str]().union(*(found[f"@{name}"] for name in SCORED.split()))
    tables = {
        "TESTS": ("dict[str, tuple[int, int]]", tests()),
        "SCORED_GROUPS": ("tuple[str, ...]", tuple(f"@{name}" for name in SCORED.split())),
        "GROUPS": (
            "dict[str, tuple[str, ...]]",
            {name: tuple(sorted(calls & scored)) for name, calls in sorted(found.items())},
        ),
    }
    (DATA / "systemd_exposure.py").write_text(module_text(DOCSTRING, tables, {}), encoding="utf-8")


if __name__ == "__main__":
    main()
