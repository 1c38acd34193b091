"""EnvironmentFile= as systemd reads it: a state machine over the whole file (`parse_env_file_internal`).

Comments are read as since 254; before, a backslash at the end of one hid the next line.
"""

from deploylint.pattern import Match, pattern
from deploylint.values.env_entry import EnvEntry, end_of
from deploylint.values.environment import is_variable_name
from deploylint.values.errors import ValueProblem, printable, quoted

_SYSTEMD_COMMENTS = pattern(r"(?:[ \t\n\r]++|[#;][^\n\r]*+)*+")
_SYSTEMD_KEY = pattern(r"[^\n\r=]++")
_SYSTEMD_QUOTED = pattern(r"""(?:[ \t]++|'[^']*+'|"(?:[^"\\]++|\\(?s:.))*+")*+""")
_SYSTEMD_PART = pattern(r"""'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]++|\\(?s:.))*+)\"""")
_SYSTEMD_REST = pattern(r"(?:[^\n\r\\]++|\\(?s:.))*+\\?")
_DOUBLE_ESCAPE = pattern(r"\\(?P<escaped>(?s:.))")
_NEED_ESCAPE = '"\\`$'


def read_systemd(text: str, entries: list[EnvEntry], problems: list[ValueProblem]) -> None:
    offset = 0
    while True:
        start = end_of(_SYSTEMD_COMMENTS, text, offset)
        if start == len(text):
            return
        # Whatever stands first belongs to the name, an equals sign too.
        key_end = end_of(_SYSTEMD_KEY, text, start + 1)
        if text[key_end : key_end + 1] != "=":
            problems.append(ValueProblem("the line has no '=' and is ignored", start, key_end))
            offset = key_end
            continue
        value_start = key_end + 1
        while text[value_start : value_start + 1] in {" ", "\t"}:
            value_start += 1
        value, offset = _systemd_value(text, value_start, problems)
        name = text[start:key_end].rstrip(" \t")
        if is_variable_name(name):
            entries.append(EnvEntry(name, value, start, value_start, max(offset, value_start)))
        else:
            problems.append(_dropped(name, start, key_end))


def _systemd_value(text: str, start: int, problems: list[ValueProblem]) -> tuple[str, int]:
    """Quoted parts first; from the first other character on quotes are plain text."""
    quoted_end = end_of(_SYSTEMD_QUOTED, text, start)
    parts = [
        match["single"] if match["single"] is not None else unescape_double(match["double"])
        for match in _SYSTEMD_PART.finditer(text, start, quoted_end)
    ]
    if text[quoted_end : quoted_end + 1] in {"'", '"'}:
        problems.append(
            ValueProblem("a quote is not closed: it takes the rest of the file", quoted_end, len(text))
        )
        rest = text[quoted_end + 1 :]
        in_double = text[quoted_end] == '"'
        parts.append(unescape_double(rest[:-1] if _odd_backslashes(rest) else rest) if in_double else rest)
        return "".join(parts), len(text)
    end = end_of(_SYSTEMD_REST, text, quoted_end)
    raw = text[quoted_end:end]
    body = raw.rstrip(" \t")
    if len(body) < len(raw) and (len(body) - len(body.rstrip("\\"))) % 2:
        body = raw[: len(body) + 1]
    parts.append(
        _DOUBLE_ESCAPE.sub(_without_newline, body.removesuffix("\\") if _odd_backslashes(body) else body)
    )
    return "".join(parts), quoted_end + len(body)


def _odd_backslashes(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _without_newline(match: Match[str]) -> str:
    return "" if match["escaped"] in "\n\r" else match["escaped"]


def unescape_double(body: str) -> str:
    """In double quotes a backslash hides `"`, a backslash, a backtick, `$` and the end of a line."""

    def replacement(match: Match[str]) -> str:
        character = match["escaped"]
        return "" if character == "\n" else character if character in _NEED_ESCAPE else match[0]

    return _DOUBLE_ESCAPE.sub(replacement, body)


def _dropped(name: str, start: int, end: int) -> ValueProblem:
    return ValueProblem(printable(f"{quoted(name)} is no variable name: the line is dropped"), start, end)
