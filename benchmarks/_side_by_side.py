"""What the benchmarks have in common: programs in environments of their own, run by turns, and what a run costs.

`DEPLOYLINT_PEERS` names a folder in which the environments are kept, so that several benchmarks in a row install each
program once, this checkout once for each state of it; otherwise they are made in a temporary folder.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from zlib import crc32

ROOT = Path(__file__).parents[1]
_OURS, _ALL_CORES = "deploylint", "on all cores"
Command = Sequence[str | Path]
_ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Cost:
    """One run: seconds of the processor and of the clock, MiB at the peak, status, and what it printed."""

    processor: float
    clock: float
    memory: float
    status: int
    output: str


def is_short(description: str) -> bool:
    """Read the command line of a benchmark, whose only option is `--short`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--short", action="store_true", help="smaller inputs and fewer runs, some seconds in all"
    )
    return bool(parser.parse_args().short)


@contextmanager
def workshop() -> Iterator[Path]:
    """A temporary folder for inputs and, unless they have another place, for environments."""
    with tempfile.TemporaryDirectory(prefix="deploylint-benchmark-") as name:
        yield Path(name)


def installed(folder: Path, package: str, name: str = "") -> Path | None:
    """The `bin` of an environment with a package of PyPI in it; None where it cannot be had. It may be kept by its name."""
    place = Path(os.environ.get("DEPLOYLINT_PEERS") or folder / "peers") / (name or package)
    if not (place / "ready").exists():
        venv.create(place, with_pip=True)
        command = [
            place / "bin/python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            package,
        ]
        if subprocess.run(command, check=False, env=_ENVIRONMENT, stderr=subprocess.DEVNULL).returncode:
            print(f"{package} cannot be installed, so there is nothing to compare with")
            shutil.rmtree(place)
            return None
        (place / "ready").touch()
    return place / "bin"


def this_checkout(folder: Path) -> Path:
    """The `bin` of an environment with deploylint as users have it: not editable, and compiled."""
    # Not of hashlib, which takes megabytes: the memory of programs counts from that of this one on.
    state = crc32((ROOT / "pyproject.toml").read_bytes())
    for part in ("grammars", "linter", "rules", "scripts"):
        for file in sorted((ROOT / part).rglob("*.*")):
            if file.suffix != ".pyc" and file.is_file():
                state = crc32(f"{file}\0".encode() + file.read_bytes(), state)
    found = installed(folder, str(ROOT), f"deploylint-{state:08x}")
    if found is None:
        sys.exit("this checkout cannot be installed")
    return found


def cost(command: Command, folder: Path) -> Cost:
    """Run a command in a folder."""
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read().decode("utf-8", "replace")
    return Cost(usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / 1024, process.returncode, output)


def by_turns(commands: Mapping[str, Command], folder: Path, rounds: int) -> dict[str, list[Cost]]:
    """Run the commands one after the other, again and again. The first round only warms the caches."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            one = cost(command, folder)
            if turn:
                costs[name].append(one)
    return costs


def processor(costs: Sequence[Cost]) -> float:
    """The median; seconds of the clock say more about what else the machine does."""
    return median(one.processor for one in costs)


def both_ways(programs: Path, inputs: Path) -> dict[str, Command]:
    """deploylint on a folder beside which it is started: with one process, so that programs are compared, and as people call it."""
    program: Command = [programs / "deploylint", "--isolated", "--output-format", "json", inputs.name]
    return {_OURS: [*program, "--jobs", "1"], _ALL_CORES: program}


def found_both_ways(costs: Mapping[str, Sequence[Cost]], rule: str, faults: int) -> None:
    """End the benchmark unless deploylint has found so many faults of a rule, either way."""
    for last in (costs[_OURS][-1], costs[_ALL_CORES][-1]):
        found = sum(one["rule"] == rule for one in json.loads(last.output)["findings"])
        did(found == faults, last, f"deploylint found {found} of {faults} faults")


def compare(title: str, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print the seconds of each program and how many times those of the first one they are.

    Where deploylint ran both ways, print also how long people wait for it and for the others, by the clock.
    """
    one_core = {name: several for name, several in costs.items() if name != _ALL_CORES}
    first = processor(next(iter(one_core.values())))
    shown = [f"{name} {processor(several) * 1000:,.0f} ms" for name, several in one_core.items()]
    print(f"{title}: {', '.join(shown)}")
    for name, several in list(one_core.items())[1:]:
        print(f"    {name} takes {processor(several) / first:.2f} times as long as {next(iter(one_core))}")
    if _ALL_CORES not in costs:
        return
    clock = min(one.clock for one in costs[_ALL_CORES])
    cores = len(os.sched_getaffinity(0))
    print(f"deploylint without options, by the clock, on {cores} cores: {clock * 1000:,.0f} ms")
    for name, several in one_core.items():
        other = min(one.clock for one in several)
        print(f"    {name} {other * 1000:,.0f} ms, {other / clock:.2f} times as long")


def did(condition: object, costs: Cost, what: str) -> None:
    """End the benchmark unless a program has done its work."""
    if not condition:
        sys.exit(f"{what}\nstatus {costs.status}, and it printed:\n{costs.output[:2000]}")
