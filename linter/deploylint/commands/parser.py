"""argparse as this program uses it."""

import argparse
import os
import re
from collections.abc import Iterable

from deploylint.typed import Any, NoReturn

# argparse looks its texts up in catalogues of translations, of which there are none; the search takes a millisecond.
argparse._ = str  # type: ignore[attr-defined]

_FEW = 4


class Help(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse makes one for every argument and would import `shutil` for its width."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Name the options one by one only where they are few: all are listed below."""
        actions = list(actions)
        named = [action for action in actions if not action.option_strings]
        if usage is None and len(actions) - len(named) > _FEW:
            words = [f"[{one.metavar} ...]" if one.nargs == "*" else str(one.metavar) for one in named]
            usage = " ".join(["%(prog)s", "[OPTION ...]", *words])
        super().add_usage(usage, actions, groups, prefix)


def _width() -> int:
    try:
        return max(40, int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        return 80


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong and what was probably meant.

    Options have to be written out: an abbreviation would mean another one, or none, when options are added.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        from deploylint.report.visible import visible  # noqa: PLC0415
        from deploylint.vocabulary.nearest import nearest  # noqa: PLC0415

        told = message
        if match := re.fullmatch(
            r"argument (.*?): invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL
        ):
            option, word, choices = match[1], match[2], match[3].replace("'", "").split(", ")
            told = f"{option} takes one of {', '.join(choices)}, not {word!r}"
            told += _hint(nearest(word, choices))
        elif match := re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL):
            words = match[1].split(" ")
            word = next((word for word in words if word.startswith("-")), words[0]).partition("=")[0]
            told = f"there is no option {word}" if word.startswith("-") else f"{word!r} is one word too many"
            told += _hint(
                nearest(word, self._option_string_actions) or _part_of(word, self._option_string_actions)
            )
        self.exit(2, f"{self.prog}: {visible(told)}\n`{self.prog} --help` lists what it takes.\n")


def _hint(meant: str | None) -> str:
    return f"; did you mean {meant}?" if meant else ""


def _part_of(word: str, options: Iterable[str]) -> str | None:
    """The only option that begins or ends like the word: `--output-format` for `--format`."""
    inner = word.lstrip("-")
    found = [
        option for option in options if len(inner) > 3 and (option.startswith(word) or option.endswith(inner))
    ]
    return found[0] if len(found) == 1 else None
