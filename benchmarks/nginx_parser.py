"""Parsing an nginx file of 5,000 lines to nodes with places, inside a process, side by side with crossplane.

    python benchmarks/nginx_parser.py [--short]

Both parse the same text again and again in a process of their own, by turns, and count the directives that they
found, which has to be the same number. Prints the best time of each and the ratio.
"""

import json
import sys

from _inputs import nginx_file
from _side_by_side import cost, did, installed, is_short, this_checkout, workshop

_TIMED = """
import gc, json, sys, time
gc.disable()
best, count = float("inf"), 0
for _ in range({runs}):
    started = time.process_time()
    parsed = parse()
    best = min(best, time.process_time() - started)
print(json.dumps([best, directives(parsed)]))
"""
_OURS = """
from deploylint.formats.nginx import Entry, parse as read
from deploylint.source import Source
text = open("nginx.conf").read()
def parse():
    return read(Source("nginx.conf", text))
def directives(file):
    return sum(1 for _ in file.walk())
"""
_THEIRS = """
import crossplane
def parse():
    return crossplane.parse("nginx.conf", single=True)
def directives(payload):
    def count(block):
        return sum(1 + count(one.get("block", ())) for one in block)
    return count(payload["config"][0]["parsed"])
"""


def main() -> None:
    short = is_short(__doc__ or "")
    timed = _TIMED.format(runs=5 if short else 15)
    with workshop() as folder:
        (folder / "nginx.conf").write_text(nginx_file(5_000))
        peer = installed(folder, "crossplane")
        ours = [this_checkout(folder) / "python", "-c", _OURS + timed]
        theirs = [peer / "python", "-c", _THEIRS + timed] if peer else None
        best: dict[str, list[float]] = {"deploylint": [], "crossplane": []}
        for _ in range(2 if short else 7):
            counts = set()
            for name, command in (("deploylint", ours), ("crossplane", theirs)):
                if command is None:
                    continue
                one = cost(command, folder)
                did(not one.status, one, f"{name} failed")
                seconds, count = json.loads(one.output)
                best[name].append(seconds)
                counts.add(count)
            if len(counts) > 1:
                sys.exit(f"they do not see the same directives: {counts}")
        mine = min(best["deploylint"])
        print(f"parse of 5,000 lines of nginx: deploylint {mine * 1000:.1f} ms")
        if best["crossplane"]:
            other = min(best["crossplane"])
            print(f"    crossplane {other * 1000:.1f} ms, {other / mine:.1f} times as long")


if __name__ == "__main__":
    main()
