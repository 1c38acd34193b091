"""What the rules and the model cost, as a multiple of what parsing costs, inside a process.

    python benchmarks/rules_share.py [--short]

Parses and checks the inputs of `nginx_files.py` and `systemd_units.py` again and again in one process, so that nothing
has to be imported any more, and compares the best times. All faults have to be found.
"""

import json
from pathlib import Path

from _inputs import NGINX_RULE, UNIT_RULE, nginx_files, units
from _side_by_side import cost, did, is_short, this_checkout, workshop

_TIMED = """
import gc, json, sys, time
from deploylint import imports
imports.install()  # as the command does
from deploylint import engine, run
from deploylint.discovery import discover
from deploylint.project import Project
gc.disable()
found, tree, request, names = run.prepared(run.Request(paths=("input",), roots=("input",)))
rules, best = None, [float("inf")] * 2
for _ in range({runs}):
    times = [time.process_time()]
    documents = [run.formats.load(kind).parse(source) for source, kind in found.sources]
    times.append(time.process_time())
    project = Project(documents, tree, {{}}, request.settings)
    rules = rules or run._rules_for(documents, names, request.settings, [])
    start = time.process_time()
    diagnostics, problems = engine.check(project, rules.values())
    times.append(time.process_time() - start + times[1])
    best = [min(best[0], times[1] - times[0]), min(best[1], times[2] - times[1])]
assert not problems, problems
print(json.dumps([*best, [one.rule for one in diagnostics]]))
"""


def main() -> None:
    short = is_short(__doc__ or "")
    count, runs = (100, 3) if short else (1_000, 7)
    with workshop() as folder:
        python = this_checkout(folder) / "python"
        for title, make, rule in (("nginx files", nginx_files, NGINX_RULE), ("units", units, UNIT_RULE)):
            place: Path = folder / title.replace(" ", "_")
            faults = make(place / "input", count)
            one = cost([python, "-c", _TIMED.format(runs=runs)], place)
            did(not one.status, one, "the run failed")
            parse, rules, found = json.loads(one.output)
            did(found.count(rule) == faults, one, f"{found.count(rule)} of {faults} faults were found")
            print(
                f"{count:,} {title}: parse {parse * 1000:,.0f} ms, rules and model {rules * 1000:,.0f} ms,"
                f" {rules / parse:.1f} times as long"
            )


if __name__ == "__main__":
    main()
