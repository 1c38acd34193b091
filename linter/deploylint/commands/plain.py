"""Read an ordinary command line without argparse, whose import and set-up took a thirtieth of a small run.

Ordinary is: options that are declared, written out, with at most one value each, and the words that belong to no
option side by side. Of everything else nothing is said here: argparse reads it, and tells what is wrong. What is
read here comes out as argparse would have it.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

from deploylint.dataclass import dataclass
from deploylint.typed import Any, Self

_UNDERSTOOD = {"action", "choices", "default", "help", "metavar", "nargs", "type"}
_ACTIONS = ("store", "store_true", "append")


@dataclass(frozen=True, slots=True)
class _Option:
    """`made`: what the value becomes. `excludes`: the group of which only one may be given, None for an option of none."""

    destination: str
    action: str
    made: Callable[[str], Any] | None
    choices: Sequence[str] | None
    excludes: object


class PlainReader:
    """Takes what a command declares with the methods of `argparse.ArgumentParser`, then reads words."""

    epilog: str | None = None

    def __init__(self) -> None:
        self._options: dict[str, _Option | None] = {}
        self._positionals: list[tuple[str, bool]] = []
        self._defaults: dict[str, Any] = {}

    def add_argument_group(self, _title: str) -> Self:
        return self

    def add_mutually_exclusive_group(self) -> "_OneOf":
        return _OneOf(self)

    def add_argument(self, *names: str, **declared: Any) -> None:
        self.declare(names, declared)

    def declare(self, names: Sequence[str], declared: dict[str, Any], excludes: object = None) -> None:
        """Take an argument as it is declared for argparse."""
        name = next((name for name in names if name.startswith("--")), names[0])
        destination = name.lstrip("-").replace("-", "_")
        action = declared.get("action", "store")
        plain = declared.keys() <= _UNDERSTOOD and action in _ACTIONS
        if name.startswith("-"):
            option = _Option(destination, action, declared.get("type"), declared.get("choices"), excludes)
            self._options |= dict.fromkeys(names, option if plain and "nargs" not in declared else None)
            default: Any = False if action == "store_true" else None
        else:
            self._positionals.append((destination, plain and declared.get("nargs") == "*"))
            default = []
        self._defaults[destination] = declared.get("default", default)

    def read(self, words: Sequence[str]) -> SimpleNamespace | None:
        """What the words say; None for argparse to read them."""
        found = dict(self._defaults)
        free: list[str] = []
        given: dict[object, str] = {}
        ends = 0
        rest = iter(enumerate(words))
        for index, word in rest:
            if word == "-" or not word.startswith("-"):
                if free and ends != index:
                    return None
                free.append(word)
                ends = index + 1
                continue
            name, sign, value = word.partition("=")
            option = self._options.get(name)
            if option is None or (option.excludes and given.setdefault(option.excludes, name) != name):
                return None
            if option.action == "store_true":
                if sign:
                    return None
                found[option.destination] = True
                continue
            if not sign:
                value = next(rest, (0, "-"))[1]
                if value.startswith("-"):
                    return None
            if option.choices is not None and value not in option.choices:
                return None
            if option.made is not None:
                try:
                    value = option.made(value)
                except Exception:  # noqa: BLE001  whatever it is, argparse meets it again
                    return None
            before = found[option.destination] or ()
            found[option.destination] = [*before, value] if option.action == "append" else value
        if not self._place(free, found):
            return None
        return SimpleNamespace(**found)

    def _place(self, free: list[str], found: dict[str, Any]) -> bool:
        """Give the only positional the words that belong to no option; False if that is not the way it is declared."""
        if len(self._positionals) != 1 or not self._positionals[0][1]:
            return False
        if free:
            found[self._positionals[0][0]] = free
        return True


class _OneOf:
    """A group of options of which only one may be given."""

    def __init__(self, reader: PlainReader) -> None:
        self._reader = reader

    def add_argument(self, *names: str, **declared: Any) -> None:
        self._reader.declare(names, declared, self)
