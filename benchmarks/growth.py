"""How time and memory grow with a file of each format, from half a megabyte up.

    python benchmarks/growth.py [--short]

Each size is linted in a process of its own. Prints seconds and megabytes for each megabyte of input, without what a kilobyte
of the same kind takes, and how many times as long a megabyte takes as in the smallest file: 1 is linear.
"""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _inputs import GROWING
from _side_by_side import Command, Cost, cost, did, is_short, this_checkout, workshop

SIZES = (0.5, 4, 32, 95)
SHORT = (0.2, 0.8)
# 400,000 nested blocks; a long line; and what takes seconds or a hundred megabytes for each megabyte.
LARGEST = {"nested": 3.6, "line": 10, "supervisor": 8, "compose": 8, "gunicorn": 8, "env": 32, "uwsgi": 32}
LITTLE = 0.001


def main() -> None:
    sizes = SHORT if is_short(__doc__ or "") else SIZES
    with workshop() as folder:
        command = [this_checkout(folder) / "deploylint", "--isolated", "--output-format", "json"]
        print("input             MB   seconds   s/MB    MB/MB   each MB against the smallest file")
        for kind, (name, make) in GROWING.items():
            first = None
            little = measured(command, folder, name, partial(make, LITTLE))
            for size in dict.fromkeys(min(size, LARGEST.get(kind, size)) for size in sizes):
                one = measured(command, folder, name, partial(make, size))
                millions = (folder / name).stat().st_size / 1e6
                each = (one.processor - little.processor) / millions
                first = first or each
                memory = (one.memory - little.memory) * 2**20 / 1e6 / millions
                print(
                    f"{kind:10} {millions:9.1f} {one.processor:9.2f} {each:6.2f} {memory:8.1f}   {each / first:.2f}",
                    flush=True,
                )


def measured(command: Command, folder: Path, name: str, make: Callable[[], str]) -> Cost:
    """The cost of linting one file. Another process writes it: a child's memory counts from that of its parent on."""
    writer = os.fork()
    if not writer:
        (folder / name).write_text(make())
        os._exit(0)
    os.waitpid(writer, 0)
    one = cost([*command, name], folder)
    did(one.status in (0, 1), one, f"{name} was not linted")
    report = json.loads(one.output)
    did([file["path"] for file in report["files"]] == [name], one, f"{name} was not read")
    return one


if __name__ == "__main__":
    main()
