"""argparse as this program uses it."""

import argparse
import os

from deploylint.typed import Any

# argparse looks its texts up in catalogues of translations, of which there are none; the search takes a millisecond.
argparse._ = str  # type: ignore[attr-defined]


class Help(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse makes one for every argument and would import `shutil` for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


def _width() -> int:
    try:
        return max(40, int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        return 80


class Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, **options)


def add_rules_argument(parser: argparse._ActionsContainer) -> None:
    """`--rules DIR`, for every command that knows rules."""
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="DIR",
        help="also the rules in this folder; their code is run",
    )
