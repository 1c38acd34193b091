"""supervisor's expansions: Python's `%` formatting with names, `%(ENV_HOME)s` and `%(process_num)02d`.

supervisor evaluates `text % names` itself (`options.expand`). Here every step is taken by hand, since values
are often unknown and a width such as `%(x)999999999s` in a hostile file must not fill the memory.
"""

from collections.abc import Mapping

from deploylint.dataclass import dataclass
from deploylint.enumeration import Enum
from deploylint.pattern import Match, pattern
from deploylint.typed import Final
from deploylint.values.errors import InvalidValue

_SPECIFICATION = pattern(
    r"[-+ #0]*+(?P<width>(?>\*|[0-9]*+))(?P<precision>\.(?>\*|[0-9]*+))?+[hlL]?+(?P<conversion>(?s:.))?+"
)
_KEY_EDGE = pattern(r"[()]")
_LONGEST = 10_000


class _Unknown(Enum):
    VALUE = "a value known on the running machine only"


_UNKNOWN: Final = _Unknown.VALUE
# What is left for the next conversion: nothing, the names themselves, or a value.
_Argument = str | int | _Unknown | Mapping[str, str | int] | None


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`%(name)s` with its span; the conversion is its last letter."""

    name: str
    conversion: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Expansion:
    """The text with names put in, or None when a value is unknown, and the placeholders in order."""

    text: str | None
    placeholders: tuple[Placeholder, ...]


def expand_supervisor(
    text: str, names: Mapping[str, str | int], option: str, *, open_environment: bool = True
) -> Expansion:
    """Expand a value with the names supervisor offers to this option.

    Raises InvalidValue with supervisor's own words, at the offending `%`. With `open_environment` any name that
    begins with `ENV_` may exist on the running machine: it is unknown, not wrong.
    """
    pieces: list[str | None] = []
    placeholders: list[Placeholder] = []
    argument: _Argument = names
    offset = 0
    while (percent := text.find("%", offset)) >= 0:
        pieces.append(text[offset:percent])
        if text.startswith("%%", percent):
            pieces.append("%")
            offset = percent + 2
            continue
        try:
            name, after_key = _key(text, percent + 1)
            if name is not None:
                argument = _value(name, names, open_environment=open_environment)
            piece, argument, offset, conversion = _convert(text, after_key, argument)
        except KeyError as error:
            available = ", ".join(sorted(names))
            message = (
                f"Format string {text!r} for {option!r} contains names ({error}) which cannot be expanded. "
                f"Available names: {available}"
            )
            raise InvalidValue(message, percent) from None
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidValue(
                f"Format string {text!r} for {option!r} is badly formatted: {error}", percent
            ) from None
        if name is not None:
            placeholders.append(Placeholder(name, conversion, percent, offset))
        pieces.append(piece)
    pieces.append(text[offset:])
    known = [piece for piece in pieces if piece is not None]
    return Expansion("".join(known) if len(known) == len(pieces) else None, tuple(placeholders))


def _key(text: str, start: int) -> tuple[str | None, int]:
    """The name in parentheses, which may nest, and the offset behind it."""
    if text[start : start + 1] != "(":
        return None, start
    depth = 0
    for edge in _KEY_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "(" else -1
        if depth == 0:
            return text[start + 1 : edge.start()], edge.end()
    raise ValueError("incomplete format key")


def _value(name: str, names: Mapping[str, str | int], *, open_environment: bool) -> _Argument:
    if open_environment and name.startswith("ENV_") and name not in names:
        return _UNKNOWN
    return names[name]


def _convert(text: str, start: int, argument: _Argument) -> tuple[str | None, _Argument, int, str]:
    """One conversion: its text (None if unknown), the argument left, the offset behind it, its letter."""
    match = _SPECIFICATION.match(text, start)
    assert match is not None, "every part of the pattern is optional"  # noqa: S101
    conversion: str | None = match["conversion"]
    for size in (match["width"], (match["precision"] or "")[1:]):
        if size == "*":
            _take_star(argument)
            argument = None
        elif len(size.lstrip("0")) > 18:
            raise ValueError("width too big" if size == match["width"] else "precision too big")
    if conversion is None:
        raise ValueError("incomplete format")
    if argument is None:
        raise TypeError("not enough arguments for format string")
    if conversion not in "diouxXeEfFgGcrsa":
        index = match.start("conversion")
        raise ValueError(f"unsupported format character {_shown(conversion)} at index {index}")
    return _formatted(match, argument), None, match.end(), conversion


def _take_star(argument: _Argument) -> None:
    """`*` takes the argument as a width."""
    if argument is None:
        raise TypeError("not enough arguments for format string")
    if not isinstance(argument, (int, _Unknown)):
        raise TypeError("* wants int")


def _shown(character: str) -> str:
    """The character and its code as Python's error names it; beyond ASCII it shows a question mark."""
    return f"'{character if ' ' <= character <= '~' else '?'}' ({ord(character):#x})"


def _formatted(match: Match[str], argument: _Argument) -> str | None:
    """The value in its format, by Python's own rules; None when it is unknown or unreasonably long."""
    sizes = [size for size in (match["width"], (match["precision"] or "")[1:]) if size]
    if argument is _UNKNOWN:
        # Variables are strings, so a number is refused whatever they hold.
        argument = "" if match["conversion"] not in "crsa" else _UNKNOWN
    if argument is _UNKNOWN or any(int(size) > _LONGEST for size in sizes):
        return None
    specification = "%" + match[0]
    if isinstance(argument, Mapping):
        # Without a name the whole mapping is the argument: an accident nobody wants the text of.
        specification % ({},)
        return None
    return specification % (argument,)
