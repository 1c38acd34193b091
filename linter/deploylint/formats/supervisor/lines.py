"""The physical lines of a supervisor file: where inline comments begin and which lines continue a value.

Reproduces `RawConfigParser._read` of Python 3.11 with supervisor's `inline_comment_prefixes=(";", "#")`
(configparser.py; supervisor/options.py, `UnhosedConfigParser`).
"""

from collections.abc import Iterator

from deploylint.pattern import pattern
from deploylint.syntax.compiled import supervisor
from deploylint.syntax.driver import Lexeme

_NUMBER = {name: number for number, name in enumerate(supervisor.TERMINALS)}
BLANK, COMMENT, HEADER, OPTION, BROKEN, CONTINUATION, STRAY = (
    _NUMBER[name] for name in ("BLANK", "COMMENT", "HEADER", "OPTION", "BROKEN", "CONTINUATION", "STRAY")
)

HEADER_TEXT = pattern(r"\[(.+)\]")
OPTION_TEXT = pattern(r"([^=:\s][^=:]*+)[=:]")


def comment_start(line: str) -> int | None:
    """Where the line's comment begins, or None.

    A comment begins at the first `;` or `#` that follows white space, whatever quotes there are. The two marks
    are looked for in turns: the n-th `;` and the n-th `#` are weighed against each other, so that a mark after
    white space is overlooked when the other one has been found in an earlier turn.
    """
    positions = {";": -1, "#": -1}
    while positions:
        following = {}
        found = None
        for mark, last in positions.items():
            index = line.find(mark, last + 1)
            if index < 0:
                continue
            following[mark] = index
            if index == 0 or line[index - 1].isspace():
                found = index if found is None else min(found, index)
        if found is not None:
            return found
        positions = following
    return None


def content(text: str, start: int, end: int) -> tuple[int, int, int | None]:
    """What is left of a line: start and end of its text without blanks and comment, and where the comment begins."""
    line = text[start:end]
    cut = comment_start(line) if ";" in line or "#" in line else None
    kept = line if cut is None else line[:cut]
    stripped = kept.lstrip()
    begin = start + len(kept) - len(stripped)
    return begin, begin + len(stripped.rstrip()), None if cut is None else start + cut


def classify(lexemes: Iterator[Lexeme], text: str) -> Iterator[Lexeme]:
    """Correct what the lexer took a line for (the parser's `postlex`)."""
    indentation = 0
    in_section = in_option = False
    for lexed, start, end in lexemes:
        if lexed in (BLANK, COMMENT):
            yield lexed, start, end
            continue
        begin, stop, _ = content(text, start, end)
        if begin == stop:
            yield COMMENT, start, end
            continue
        depth = begin - start
        if in_option and depth > indentation:
            yield CONTINUATION, start, end
            continue
        indentation = depth
        if HEADER_TEXT.match(text, begin, stop):
            in_section, in_option = True, False
            yield HEADER, start, end
        elif not in_section:
            yield STRAY, start, end
        elif OPTION_TEXT.match(text, begin, stop):
            in_option = True
            yield OPTION, start, end
        else:
            yield BROKEN, start, end
