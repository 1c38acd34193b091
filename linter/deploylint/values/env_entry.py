"""What comes out of an env file, whoever reads it."""

from deploylint.dataclass import dataclass
from deploylint.pattern import Pattern
from deploylint.values.errors import ValueProblem


@dataclass(frozen=True, slots=True)
class EnvEntry:
    """One variable. Spans are within the file: the whole entry, and the value as it is written.

    `value` is None when it depends on other variables (`references`), on a command, or is inherited.
    """

    name: str
    value: str | None
    start: int
    value_start: int
    end: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnvFile:
    """Entries in order, later ones win, and what the reader refuses (fatal) or drops."""

    entries: tuple[EnvEntry, ...]
    problems: tuple[ValueProblem, ...]


def end_of(pattern: Pattern[str], text: str, offset: int) -> int:
    """Where the pattern ends when matched at the offset; the offset itself when it does not match."""
    match = pattern.match(text, offset)
    return match.end() if match else offset
