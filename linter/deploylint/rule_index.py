"""Write a pack's index: what tells which of its rules run, so that the others need not be imported.

    python -m deploylint.rule_index PACK > PACK/_index.py

It is made out of the rules themselves when the wheel of a pack is built, and belongs there only: beside
sources that still change it would go stale. A pack without one works, too: then its rules are imported.
"""

import sys
from importlib import import_module

from deploylint import packs
from deploylint.dataclass import replace
from deploylint.packs import INDEX_VERSION, RuleName


def written(pack: str) -> str:
    """The text of a pack's `_index.py`, the same for the same rules. Raises PackError."""
    lines = [f"    {_fields(name)!r}," for name in entries(pack)]
    return "\n".join([f"VERSION = {INDEX_VERSION}", "RULES = (", *lines, ")", ""])


def entries(pack: str) -> list[RuleName]:
    """What an index holds. Raises PackError."""
    names = packs.scanned(import_module(pack))
    return sorted(map(_entry, names), key=packs.by_subject)


def _entry(name: RuleName) -> RuleName:
    rule = name.load()
    return replace(
        name,
        visited=rule.visited,
        named=tuple(sorted(rule.named)),
        needs=rule.needs,
        mentions=rule.mentions,
        family=rule.family,
        pedantic=rule.pedantic,
    )


def _fields(name: RuleName) -> tuple[object, ...]:
    return tuple(getattr(name, field) for field in RuleName.__match_args__)


if __name__ == "__main__":
    sys.stdout.write(written(sys.argv[1]))
