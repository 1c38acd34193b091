"""One directive as the function behind it gets it, and how that function says no."""

from collections.abc import Callable, Mapping

from deploylint.dataclass import dataclass
from deploylint.document import Chain
from deploylint.formats.nginx.nodes import Statement
from deploylint.values.errors import InvalidValue, printable
from deploylint.vocabulary.nginx import Version


@dataclass(frozen=True, slots=True)
class Call:
    """A directive with its arguments, the context it stands in, the blocks around it and the release that reads it."""

    statement: Statement
    values: tuple[str, ...]
    context: str
    chain: Chain
    target: Version

    @property
    def name(self) -> str:
        return self.statement.name


class Refused(Exception):  # noqa: N818  a state of the directive, not of the program
    """nginx does not take the directive. `argument` counts from 0; None stands for the directive as a whole."""

    def __init__(self, message: str, argument: int | None = 0, help_: str | None = None) -> None:
        self.message = printable(message)
        self.argument = argument
        self.help = help_
        super().__init__(self.message)


Setter = Callable[[Call], None]
Setters = Mapping[str, Setter]

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


def is_read_by(parse: Callable[[str], object], text: str) -> bool:
    """Whether a value parser takes the text."""
    try:
        parse(text)
    except InvalidValue:
        return False
    return True
