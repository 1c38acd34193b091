"""Env files as a POSIX shell reads them: `. file`, mostly after `set -a`."""

from deploylint.pattern import VERBOSE, Match, pattern
from deploylint.values.env_entry import EnvEntry, end_of
from deploylint.values.env_file_systemd import unescape_double
from deploylint.values.errors import ValueProblem

_SHELL_GAP = pattern(r"(?:[ \t\n]++|\\\n|#[^\n]*+|;(?!;))*+")
_SHELL_EXPORT = pattern(r"export[ \t]++(?=[A-Za-z_])")
_SHELL_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*+=")
_SHELL_NAME_ALONE = pattern(r"[A-Za-z_][A-Za-z0-9_]*+(?=[ \t]*+(?:[;\n#]|\Z))")
_SHELL_WORD = pattern(
    r"""(?:[^ \t\n'"\\`$;&|<>()]++|'[^']*+'|"(?:[^"\\`$]++|\\(?s:.)|\$(?![A-Za-z_0-9{(@*\#?!$-]))*+"|\\(?s:.|\Z)
        |\$(?![A-Za-z_0-9{('"@*\#?!$-]))*+""",
    VERBOSE,
)
_SHELL_PART = pattern(r"""'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]++|\\(?s:.))*+)"|\\(?P<escaped>(?s:.))""")
_SHELL_VARIABLE = pattern(r"\$\{?([A-Za-z_][A-Za-z0-9_]*+)")
_SHELL_STATEMENT = pattern(
    r"""(?:[^'"\\\n \t;]++|[ \t]++(?!\#)|'[^']*+'|"(?:[^"\\]++|\\(?s:.))*+"|\\(?s:.|\Z))*+""", VERBOSE
)
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
        elif (name := _SHELL_NAME.match(text, start)) is not None:
            entry, closed = _assignment(text, name)
            entries.append(entry)
            if not closed:
                problems.append(
                    ValueProblem("a quote is not closed", entry.value_start, len(text), fatal=True)
                )
            offset = entry.end
        elif exported and (alone := _SHELL_NAME_ALONE.match(text, start)) is not None:
            entries.append(EnvEntry(alone[0], None, start, alone.end(), alone.end()))
            offset = alone.end()
        else:
            offset, closed = _statement(text, start)
            message = "the shell runs this as a command" if closed else "a quote is not closed"
            problems.append(ValueProblem(message, start, offset, fatal=not closed))
            # `A=b command` sets A for that command only.
            del entries[statement:]


def _assignment(text: str, name: Match[str]) -> tuple[EnvEntry, bool]:
    """The entry, and whether its quotes are closed."""
    start = name.end()
    end = end_of(_SHELL_WORD, text, start)
    if end == len(text) or text[end] in _SHELL_ENDS:
        value = _SHELL_PART.sub(_shell_text, text[start:end])
        return EnvEntry(name[0][:-1], value, name.start(), start, end), True
    # An expansion, an operator or an open quote: the rest of the statement decides.
    end, closed = _statement(text, start)
    references = tuple(_SHELL_VARIABLE.findall(text[start:end]))
    return EnvEntry(name[0][:-1], None, name.start(), start, end, references), closed


def _statement(text: str, start: int) -> tuple[int, bool]:
    """Where the statement ends, and whether its quotes are closed; if not, it takes the rest of the file."""
    end = end_of(_SHELL_STATEMENT, text, start)
    return (len(text), False) if text[end : end + 1] in {"'", '"'} else (max(end, start + 1), True)


def _shell_text(match: Match[str]) -> str:
    if match["single"] is not None:
        return match["single"]
    if match["double"] is not None:
        return unescape_double(match["double"])
    return "" if match["escaped"] == "\n" else match["escaped"]
