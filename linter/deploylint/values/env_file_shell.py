"""Env files as a POSIX shell reads them: `. file`, mostly after `set -a`."""

import re

from deploylint.values.env_entry import EnvEntry, end_of
from deploylint.values.env_file_systemd import unescape_double
from deploylint.values.errors import ValueProblem

_SHELL_GAP = re.compile(r"(?:[ \t\n]++|\\\n|#[^\n]*+|;(?!;))*+")
_SHELL_EXPORT = re.compile(r"export[ \t]++(?=[A-Za-z_])")
_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+=")
_SHELL_NAME_ALONE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?=[ \t]*+(?:[;\n#]|\Z))")
_SHELL_WORD = re.compile(
    r"""(?:[^\s'"\\`$;&|<>()]++|'[^']*+'|"(?:[^"\\`$]++|\\(?s:.)|\$(?![A-Za-z_0-9{(@*\#?!$-]))*+"|\\(?s:.)
        |\$(?![A-Za-z_0-9{('"@*\#?!$-]))*+""",
    re.VERBOSE,
)
_SHELL_PART = re.compile(
    r"""'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]++|\\(?s:.))*+)"|\\(?P<escaped>(?s:.))"""
)
_SHELL_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*+)")
_SHELL_STATEMENT = re.compile(r"""(?:[^'"\\\n]++|'[^']*+'|"(?:[^"\\]++|\\(?s:.))*+"|\\(?s:.))*+""")
_SAME_STATEMENT = frozenset(" \t")
_SHELL_ENDS = frozenset(" \t\n;")


def read_shell(text: str, entries: list[EnvEntry], problems: list[ValueProblem]) -> None:
    """Assignments only; any other command is unknown and reported, since a file of settings has none."""
    offset = 0
    exported = False
    statement = 0  # how many entries came before this statement
    while (start := end_of(_SHELL_GAP, text, offset)) < len(text):
        if not _SAME_STATEMENT.issuperset(text[offset:start]):
            exported, statement = False, len(entries)
        if (export := _SHELL_EXPORT.match(text, start)) is not None:
            exported, offset = True, export.end()
            continue
        name = _SHELL_NAME.match(text, start)
        if name is None:
            alone = _SHELL_NAME_ALONE.match(text, start) if exported else None
            if alone is not None:
                entries.append(EnvEntry(alone[0], None, start, alone.end(), alone.end()))
            end = alone.end() if alone else end_of(_SHELL_STATEMENT, text, start)
            if alone is None:
                end = end if end > start and text[end : end + 1] not in {"'", '"'} else len(text)
                problems.append(ValueProblem("the shell runs this as a command", start, end))
                # `A=b command` sets A for that command only.
                del entries[statement:]
            offset = end
            continue
        value_start = name.end()
        end = end_of(_SHELL_WORD, text, value_start)
        following = text[end : end + 1]
        raw = text[value_start:end]
        value: str | None = _SHELL_PART.sub(_shell_text, raw)
        references: tuple[str, ...] = ()
        if following and following not in _SHELL_ENDS:
            # An expansion, an operator or an open quote: the rest of the statement decides.
            end = max(end_of(_SHELL_STATEMENT, text, value_start), end)
            if text[end : end + 1] in {"'", '"', "\\"}:
                problems.append(ValueProblem("a quote is not closed", value_start, len(text), fatal=True))
                end = len(text)
            references = tuple(_SHELL_VARIABLE.findall(text[value_start:end]))
            value = None
        entries.append(EnvEntry(name[0][:-1], value, start, value_start, end, references))
        offset = end


def _shell_text(match: re.Match[str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return unescape_double(match["double"])
    return "" if match["escaped"] == "\n" else match["escaped"]
