"""Compile the regular expressions of `amalgamation.json` for this Python's engine: `python scripts/wheel/patterns.py > FILE`.

Asks the compiler of the standard library for what it hands to the engine.
"""

import json
import re
import sys
from array import array
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from deploylint.pattern import Saved, compiled, engine

LIST = Path(__file__).with_name("amalgamation.json")


def saved(text: str, flags: int) -> Saved:
    """The compiled form of a regular expression."""
    compiler: Any = re._compiler  # type: ignore[attr-defined]  # noqa: SLF001
    real, taken = compiler._sre, []  # noqa: SLF001

    def take(*arguments: Any) -> re.Pattern[str]:
        taken.append(arguments)
        return real.compile(*arguments)

    re.purge()
    compiler._sre = SimpleNamespace(**{**vars(real), "compile": take})  # noqa: SLF001
    try:
        compiled(text, flags)
    finally:
        compiler._sre = real  # noqa: SLF001
    what, flags, code, groups, names, order = taken[-1]
    return what, flags, array("I", code).tobytes(), groups, dict(names), order


def main() -> None:
    rows = {
        (text, flags): saved(text, flags)
        for text, flags in json.loads(LIST.read_text(encoding="utf-8"))["patterns"]
    }
    lines = [f"    {key!r}: {row!r},\n" for key, row in rows.items()]
    sys.stdout.write(f"ENGINE = {engine()!r}\nPATTERNS = {{\n{''.join(lines)}}}\n")


if __name__ == "__main__":
    main()
