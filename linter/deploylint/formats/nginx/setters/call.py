"""One directive as the function behind it gets it, and how that function says no."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.words import Head
from deploylint.typed import Any
from deploylint.values.errors import InvalidValue, printable
from deploylint.vocabulary.nginx import NEWEST, Version


class Scope:
    """What of a directive's place can matter to its setter: the context, the location, the release that reads it.

    `location` are the arguments of the `location` that it stands directly in; None where it is in none, or a
    template fills them in. `target` is the newest known release where none is `pinned`.
    """

    __slots__ = ("context", "location", "pinned", "target")

    def __init__(self, context: str, location: tuple[str, ...] | None, pinned: Version | None) -> None:
        self.context = context
        self.location = location
        self.pinned = pinned
        self.target = pinned or NEWEST


scope = lru_cache(maxsize=4096)(Scope)
"""The `Scope` of these three: equal places have the same one."""


class Call:
    """A directive as its setter gets it: the words and where they stand. Made for every question, and never changed."""

    __slots__ = ("context", "location", "name", "pinned", "target", "values")

    def __init__(self, head: Head, scope: Scope) -> None:
        self.name = head.name
        self.values = head.values
        self.context = scope.context
        self.location = scope.location
        self.pinned = scope.pinned
        self.target = scope.target


class Refused(Exception):  # noqa: N818  a state of the directive, not of the program
    """nginx does not take the directive. `argument` counts from 0; None stands for the directive as a whole."""

    def __init__(self, message: str, argument: int | None = 0, help_: str | None = None) -> None:
        self.message = printable(message)
        self.argument = argument
        self.help = help_
        super().__init__(self.message)


Setter = Callable[[Call], Any]


class Asked(dict[str, Setter]):
    """What is asked of directives, by their names: once for equal words, in the one walk over a file.

    `located`: the answer depends on the location that the directive stands in.
    """

    __slots__ = ("located",)

    def __init__(self, setters: Mapping[str, Setter], *, located: bool = False) -> None:
        super().__init__(setters)
        self.located = located
        for name, setter in setters.items():
            _BY_NAME.setdefault(name, []).append((self, setter))
        ALL_ASKED.append(self)

    # Each is asked for what it is, not for what it has.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Setters(Asked):
    """The setters of a rule. They return nothing and raise `Refused`."""

    __slots__ = ()


class Readings(Asked):
    """What can be read out of directives; nothing that is true where there is nothing of interest."""

    __slots__ = ()


ALL_ASKED: list[Asked] = []
"""All that there are so far: whoever asked fewer has to ask again."""
_BY_NAME: dict[str, list[tuple[Asked, Setter]]] = {}


def asked_of(name: str) -> Sequence[tuple[Asked, Setter]]:
    """All that is asked of directives of a name."""
    return _BY_NAME.get(name, ())


@dataclass(frozen=True, slots=True)
class Reason:
    """What `Refused` says, to be kept: an exception would hold on to where it was raised."""

    message: str
    argument: int | None
    help: str | None


def ask(setter: Setter, call: Call) -> Any:
    """What was read; or the `Reason` why nginx does not take the directive; or what was raised that is no refusal."""
    try:
        return setter(call)
    except Refused as refused:
        return Reason(refused.message, refused.argument, refused.help)
    except Exception as error:  # noqa: BLE001  it concerns one rule only, to which it is raised again
        return error.with_traceback(None)


@lru_cache(maxsize=4096)
def ask_again(setter: Setter, head: Head, scope: Scope) -> Any:
    """The same for what is asked in each place: equal directives in equal places are asked about once."""
    return ask(setter, Call(head, scope))


_LARGEST = 2**63 - 1


def natural(text: str) -> int | None:
    """What ngx_atoi makes of the text: decimal digits only; None where it fails."""
    if not (text.isascii() and text.isdigit()):
        return None
    significant = text.lstrip("0")
    if len(significant) > 19:
        return None
    number = int(significant or "0")
    return number if number <= _LARGEST else None


@lru_cache(maxsize=1024)
def is_read_by(parse: Callable[[str], object], text: str) -> bool:
    """Whether a value parser takes the text: the few values that people write are asked about often."""
    try:
        parse(text)
    except InvalidValue:
        return False
    return True
