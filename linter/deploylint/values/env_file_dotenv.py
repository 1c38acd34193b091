"""Env files as python-dotenv reads them (`dotenv/parser.py`, `dotenv/variables.py`)."""

from deploylint.pattern import Match, pattern
from deploylint.values.env_entry import EnvEntry, end_of
from deploylint.values.errors import ValueProblem

_DOTENV_GAP = pattern(r"\s*+")
_DOTENV_KEY = pattern(
    r"(?:export[^\S\r\n]++)?+(?:'(?P<quoted>[^']++)'|(?P<plain>[^=#\s'][^=#\s]*+)|(?=#))[^\S\r\n]*+"
)
_DOTENV_EQUALS = pattern(r"=(?P<blanks>[^\S\r\n]*+)")
_DOTENV_SINGLE = pattern(r"'(?:[^'\\]++|\\(?s:.))*+'")
_DOTENV_DOUBLE = pattern(r'"(?:[^"\\]++|\\(?s:.))*+"')
_DOTENV_LINE = pattern(r"[^\r\n]*+")
_DOTENV_COMMENT = pattern(r"\s#")
_DOTENV_REST = pattern(r"(?:[^\S\r\n]*+#[^\r\n]*+)?[^\S\r\n]*+(?:\r\n|\n|\r|\Z)")
_DOTENV_VARIABLE = pattern(r"\$\{(?P<name>[^}:]*+)(?::-[^}]*+)?\}")
_DOTENV_ESCAPES = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_DOTENV_IN_DOUBLE = pattern(r"\\(?P<escaped>[\\'\"abfnrtv])")
_DOTENV_IN_SINGLE = pattern(r"\\(?P<escaped>[\\'])")


def read_dotenv(text: str, entries: list[EnvEntry], problems: list[ValueProblem]) -> None:
    offset = 1 if text.startswith("\ufeff") else 0
    while (start := end_of(_DOTENV_GAP, text, offset)) < len(text):
        key = _DOTENV_KEY.match(text, start)
        equals = _DOTENV_EQUALS.match(text, key.end()) if key else None
        value_start = value_end = key.end() if key else start
        value: str | None = None
        if key and equals:
            value_start = equals.end()
            value, value_end = _dotenv_value(text, value_start, commented=bool(equals["blanks"]))
        rest = _DOTENV_REST.match(text, value_end) if key else None
        if key is None or rest is None:
            end = end_of(_DOTENV_LINE, text, start)
            # What fails behind a quoted value is taken up behind that value's last line.
            end = end_of(_DOTENV_LINE, text, max(end, value_end) if key else start)
            problems.append(ValueProblem("python-dotenv could not parse the statement", start, end))
            offset = end
            continue
        offset = rest.end()
        name = key["quoted"] or key["plain"]
        if name is None:
            continue
        references = tuple(match["name"] for match in _DOTENV_VARIABLE.finditer(value or ""))
        entries.append(
            EnvEntry(name, None if references else value, start, value_start, value_end, references)
        )


def _dotenv_value(text: str, start: int, *, commented: bool) -> tuple[str, int]:
    """The value and its end. `commented`: blanks stand before it, so that a `#` begins a comment at once."""
    first = text[start : start + 1]
    if first == "'" and (match := _DOTENV_SINGLE.match(text, start)):
        return _DOTENV_IN_SINGLE.sub(_dotenv_character, match[0][1:-1]), match.end()
    if first == '"' and (match := _DOTENV_DOUBLE.match(text, start)):
        return _DOTENV_IN_DOUBLE.sub(_dotenv_character, match[0][1:-1]), match.end()
    if first in {"'", '"'}:
        # Never closed: nothing can follow, so that the statement fails.
        return "", start
    end = end_of(_DOTENV_LINE, text, start)
    line = text[start:end]
    if commented and line.startswith("#"):
        return "", start
    comment = _DOTENV_COMMENT.search(line)
    body = line[: comment.start()] if comment else line
    return body.rstrip(), end


def _dotenv_character(match: Match[str]) -> str:
    return _DOTENV_ESCAPES[match["escaped"]]
