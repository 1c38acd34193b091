"""Ten thousand files in one project with two processes against one.

    python benchmarks/cores.py [--short]

Both have to say the same, byte for byte, and to find all faults. Prints seconds of the clock and their ratio, and the
processor time of the first process, which is what the clock would show on a machine that does nothing else.
"""

import json
import os
import re
import sys

from _side_by_side import by_turns, did, is_short, this_checkout, workshop
from deployments import RULE, generate

# Runs the command line and tells on standard error what the first process used, without those that it forked.
_TOLD = """
import gc, os, sys, time
from deploylint import cli
gc.disable()
sys.stdout.flush()
status = cli.run(sys.argv[1:])
sys.stdout.flush()
print("\\nfirst process", time.process_time())
os._exit(status)
"""
_FIRST = re.compile(r"\nfirst process (\S+)\n\Z")


def main() -> None:
    short = is_short(__doc__ or "")
    count = 250 if short else 2_500
    with workshop() as folder:
        project = folder / "project"
        faults = generate(project, count)
        python = this_checkout(folder) / "python"
        common = ["check", "--isolated", "--root", ".", "--output-format", "json", "."]
        costs = by_turns(
            {jobs: [python, "-c", _TOLD, *common[:1], "--jobs", jobs, *common[1:]] for jobs in ("1", "2")},
            project,
            1 if short else 3,
        )
        reports = {name: _FIRST.sub("", several[-1].output) for name, several in costs.items()}
        one = costs["1"][-1]
        found = sum(finding["rule"] == RULE for finding in json.loads(reports["1"])["findings"])
        did(found == faults, one, f"{found} of {faults} faults were found")
        if reports["1"] != reports["2"]:
            sys.exit("two processes say something else than one")
        clock = {name: min(cost.clock for cost in several) for name, several in costs.items()}
        first = {name: min(_first(cost.output) for cost in several) for name, several in costs.items()}
        print(f"{count * 4:,} files on {len(os.sched_getaffinity(0))} cores, one process and two:")
        print(f"    clock {clock['1']:.2f} s and {clock['2']:.2f} s: {clock['2'] / clock['1']:.2f}")
        print(f"    first process {first['1']:.2f} s and {first['2']:.2f} s: {first['2'] / first['1']:.2f}")


def _first(output: str) -> float:
    match = _FIRST.search(output)
    if match is None:
        sys.exit(f"the run came to no end:\n{output[-2000:]}")
    return float(match[1])


if __name__ == "__main__":
    main()
