"""A thousand unit files in one run with every rule, side by side with systemdlint, configparser and systemd-analyze.

    python benchmarks/systemd_units.py [--short]

Some services have a misspelt key, which all but configparser have to find; configparser only reads the files, in a
process of its own. Prints the medians of the processor time and their ratios with one process; and then, by the clock,
what people get who call it without options: the others use one core.
"""

import shutil
import sys

from _inputs import UNIT_FAULT, UNIT_RULE, units
from _side_by_side import (
    both_ways,
    by_turns,
    compare,
    did,
    found_both_ways,
    installed,
    is_short,
    this_checkout,
    workshop,
)

_READ = """
import configparser, os, sys
count = 0
for name in sorted(os.listdir("units")):
    parser = configparser.RawConfigParser(strict=False, delimiters="=", comment_prefixes=("#", ";"))
    parser.optionxform = str
    parser.read("units/" + name)
    count += sum(len(parser.items(section)) for section in parser.sections())
print(count)
"""


def main() -> None:
    short = is_short(__doc__ or "")
    count = 100 if short else 1_000
    with workshop() as folder:
        inputs = folder / "units"
        faults = units(inputs, count)
        files = sorted(inputs.iterdir())
        programs = this_checkout(folder)
        commands = both_ways(programs, inputs)
        commands["configparser"] = [programs / "python", "-c", _READ]
        if (peer := installed(folder, "systemdlint")) is not None:
            commands["systemdlint"] = [peer / "systemdlint", *files]
        if analyze := shutil.which("systemd-analyze"):
            commands["systemd-analyze verify"] = [analyze, "verify", *files]
        costs = by_turns(commands, folder, 1 if short else 3)
        found_both_ways(costs, UNIT_RULE, faults)
        last = {name: several[-1] for name, several in costs.items()}
        key = UNIT_FAULT.partition("=")[0]
        for name in ("systemdlint", "systemd-analyze verify"):
            if name in last:
                found = last[name].output.count(key)
                did(found >= faults, last[name], f"{name} found {found} of {faults} faults")
        lines = sum(line.count("=") > 0 for file in files for line in file.read_text().splitlines())
        read = int(last["configparser"].output)
        if not 0.8 * lines < read <= lines:
            sys.exit(f"configparser read {read} settings of about {lines}")
        compare(f"{count:,} units, {sum(file.stat().st_size for file in files):,} bytes", costs)


if __name__ == "__main__":
    main()
