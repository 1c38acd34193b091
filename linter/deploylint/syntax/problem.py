"""What is wrong with a text that does not parse."""

from deploylint.dataclass import dataclass
from deploylint.source import Location


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where the text breaks the syntax, with the message in the program's own words.

    `refused`: the program does not accept the file; otherwise it drops the line or the section.
    """

    at: Location
    message: str
    help: str | None = None
    refused: bool = True
