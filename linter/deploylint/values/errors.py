"""The one error that value parsers raise."""

from deploylint.dataclass import dataclass

_UNSAFE = str.maketrans({"{": r"\x7b", "}": r"\x7d"})


class InvalidValue(ValueError):  # noqa: N818 (a state of the value, not of the program)
    """A value that its program refuses or drops.

    `message` stands on one line and has no braces and no control characters. `offset` counts code points
    from the start of the value to where it goes wrong; 0 also stands for the value as a whole.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        self.message = printable(message)
        self.offset = offset
        super().__init__(self.message)


def printable(text: str) -> str:
    """The text with braces and everything unprintable as escapes, so that it can stand in any report."""
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
            for character in text
        )
    return text.translate(_UNSAFE)


def quoted(text: str, limit: int = 60) -> str:
    """The text between quotes, cut at `limit` code points: for messages that name a part of a value."""
    return f"'{text}'" if len(text) <= limit else f"'{text[:limit]}…'"


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One thing wrong in a value of which the rest still counts. The span is within the value.

    `fatal`: the program refuses the whole file or unit, not only this value.
    """

    message: str
    start: int
    end: int
    fatal: bool = False
