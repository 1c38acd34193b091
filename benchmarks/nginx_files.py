"""A thousand nginx files in one run with every rule, side by side with both gixys.

    python benchmarks/nginx_files.py [--short]

Every tenth file has one fault that all of them know; each has to find all of these. Prints the medians of the processor
time and their ratios with one process, so that the programs are compared and not the cores; and then, by the clock, what
people get who call it without options: both gixys use one core.
"""

from _inputs import GIXY_CHECK, NGINX_RULE, nginx_files
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


def main() -> None:
    short = is_short(__doc__ or "")
    count = 100 if short else 1_000
    with workshop() as folder:
        inputs = folder / "sites"
        faults = nginx_files(inputs, count)
        files = sorted(inputs.rglob("*.conf"))
        commands = both_ways(this_checkout(folder), inputs)
        peers = []
        for name, options in (("gixy-ng", ()), ("gixy-next", ("--disable-includes",))):
            if (programs := installed(folder, name)) is not None:
                peers.append(name)
                commands[name] = [programs / "gixy", "--format", "json", *options, *files]
        costs = by_turns(commands, folder, 1 if short else 3)
        found_both_ways(costs, NGINX_RULE, faults)
        for name in peers:
            last = costs[name][-1]
            found = last.output.count(f'"{GIXY_CHECK}"')
            did(found >= faults, last, f"{name} found {found} of {faults} faults")
        compare(f"{count:,} nginx files, {sum(file.stat().st_size for file in files):,} bytes", costs)


if __name__ == "__main__":
    main()
