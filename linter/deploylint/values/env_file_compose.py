"""Env files as docker compose reads them (compose-go, `dotenv/parser.go`)."""

from deploylint.pattern import Match, pattern
from deploylint.values.env_entry import EnvEntry, end_of
from deploylint.values.errors import ValueProblem, printable, quoted

_GO_BLANK = " \t\v\f\r\x85\xa0"
_COMPOSE_GAP = pattern(r"(?:[\s\x85\xa0]++|#[^\n]*+)*+")
_COMPOSE_EXPORT = pattern(r"export[\t\n\f\r ]++")
_COMPOSE_KEY = pattern(rf"[\w.\-\[\]{_GO_BLANK}]*+")
_COMPOSE_ESCAPE = pattern(r'\\(?:(?P<plain>[abfnrtv"\\])|(?P<dollar>\$)|0(?P<octal>[0-7]{3}))')
_COMPOSE_PLAIN = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    '"': '"',
    "\\": "\\",
}
_COMPOSE_VARIABLE = pattern(
    r"\$(?:(?P<escaped>\$)|(?P<named>[_a-zA-Z][_a-zA-Z0-9]*+)|\{(?P<braced>[_a-zA-Z][_a-zA-Z0-9]*+)(?:[:?+\-][^}]*+)?\})?"
)
_QUOTED_BODY = {"'": pattern(r"(?:[^'\\]++|\\(?s:.))*+"), '"': pattern(r'(?:[^"\\]++|\\(?s:.))*+')}


def read_compose(text: str, entries: list[EnvEntry], problems: list[ValueProblem]) -> None:
    offset = 1 if text.startswith("\ufeff") else 0
    while (start := end_of(_COMPOSE_GAP, text, offset)) < len(text):
        key_start = end_of(_COMPOSE_EXPORT, text, start)
        while text[key_start : key_start + 1] and text[key_start] in _GO_BLANK and key_start > start:
            key_start += 1
        key_end = end_of(_COMPOSE_KEY, text, key_start)
        mark = text[key_end : key_end + 1]
        name = text[key_start:key_end].rstrip()
        if mark not in {"=", ":", "\n", ""}:
            message = printable(f"unexpected character {quoted(mark)} in a variable name")
            problems.append(ValueProblem(message, key_end, key_end + 1, fatal=True))
            return
        if " " in name:
            problems.append(ValueProblem("key cannot contain a space", key_start, key_end, fatal=True))
            return
        if mark in {"\n", ""}:
            entries.append(EnvEntry(name, None, start, key_end, key_end))
            offset = key_end + 1
            continue
        value_start = key_end + 1
        while text[value_start : value_start + 1] and text[value_start] in _GO_BLANK:
            value_start += 1
        value, references, offset = _compose_value(text, value_start, problems)
        if problems:
            return
        # Names that begin with a digit are left out without a word.
        if not name[:1].isdigit():
            entries.append(EnvEntry(name, value, start, value_start, max(offset, value_start), references))


def _compose_value(
    text: str, start: int, problems: list[ValueProblem]
) -> tuple[str | None, tuple[str, ...], int]:
    quote = text[start : start + 1]
    if quote and quote in _QUOTED_BODY:
        end = end_of(_QUOTED_BODY[quote], text, start + 1)
        if text[end : end + 1] != quote:
            problems.append(ValueProblem("unterminated quoted value", start, len(text), fatal=True))
            return None, (), len(text)
        body = text[start + 1 : end].replace("\\" + quote, quote)
        if quote == "'":
            return body, (), end + 1
        body = _COMPOSE_ESCAPE.sub(_compose_character, body)
    else:
        newline = text.find("\n", start)
        line = text[start : newline if newline >= 0 else len(text)]
        body = line.partition(" #")[0].rstrip()
        end = start + len(body) - 1
    value, references = _compose_variables(body, start, problems)
    return value, references, end + 1


def _compose_character(match: Match[str]) -> str:
    if match["dollar"]:
        return "$$"
    return chr(int(match["octal"], 8) & 0xFF) if match["octal"] else _COMPOSE_PLAIN[match["plain"]]


def _compose_variables(
    body: str, start: int, problems: list[ValueProblem]
) -> tuple[str | None, tuple[str, ...]]:
    references = []
    for match in _COMPOSE_VARIABLE.finditer(body):
        name = match["named"] or match["braced"]
        if name:
            references.append(name)
        elif not match["escaped"]:
            problems.append(
                ValueProblem(
                    "Invalid template: '$' begins no variable; write '$$'",
                    start,
                    start + len(body),
                    fatal=True,
                )
            )
    return (None if references else body.replace("$$", "$")), tuple(references)
