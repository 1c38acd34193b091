"""Which lines of a Dockerfile belong together: continuations, comments between them, here-documents."""

from collections import deque
from collections.abc import Iterator

from deploylint.pattern import IGNORECASE, pattern
from deploylint.syntax.compiled import dockerfile
from deploylint.syntax.driver import Lexeme

BLANK, COMMENT, FIRST, CONTINUED, HEREDOC = (
    dockerfile.TERMINALS.index(name) for name in ("BLANK", "COMMENT", "FIRST", "CONTINUED", "HEREDOC")
)

_ESCAPE = pattern(
    r"\A\ufeff?+(?:[ \t]*+#[ \t]*+(?!escape)\w++[ \t]*+=[^\n]*+\n)*+[ \t]*+#[ \t]*+escape[ \t]*+=[ \t]*+([`\\])",
    IGNORECASE,
)
_CONTINUES = {
    "\\": pattern(r"(?:\A|[^\\])\\[ \t\r\f\v]*+\Z"),
    "`": pattern(r"(?:\A|[^`])`[ \t\r\f\v]*+\Z"),
}
_TAKES_HEREDOCS = pattern(r"[ \t]*+(?:ONBUILD[ \t]++)?+(?:RUN|COPY|ADD)\b", IGNORECASE)
_HEREDOC = pattern(r"(?:(?<=\s)|(?<=\s[0-9]))<<-?(?P<quote>['\"]?)(?P<name>[^\s'\"<>]++)(?P=quote)(?=\s|\Z)")


def escape_of(text: str) -> str:
    """The character that continues lines: a backslash, unless the `escape` directive says a backtick."""
    match = _ESCAPE.match(text)
    return match[1] if match else "\\"


def continues(line: str, escape: str) -> bool:
    """Whether the next line belongs to this one; an escape character after another one does not count."""
    return _CONTINUES[escape].search(line.rstrip("\n")) is not None


def heredocs(line: str) -> list[str]:
    """The names whose lines end the here-documents that a line opens, in order."""
    return [match["name"] for match in _HEREDOC.finditer(line)]


def classify(lexemes: Iterator[Lexeme], text: str) -> Iterator[Lexeme]:
    """Tell continuation lines and the bodies of here-documents from first lines."""
    escape = escape_of(text)
    continued, takes_heredocs = False, False
    opened: deque[str] = deque()
    for terminal, start, end in lexemes:
        line = text[start:end]
        if opened and not continued:
            if line.strip() == opened[0]:
                opened.popleft()
            yield HEREDOC, start, end
            continue
        if terminal != FIRST:
            yield terminal, start, end
            continue
        if not continued:
            takes_heredocs = _TAKES_HEREDOCS.match(text, start, end) is not None
        if takes_heredocs:
            opened += heredocs(line)
        yield CONTINUED if continued else FIRST, start, end
        continued = continues(line, escape)
