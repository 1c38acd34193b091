"""Command lines of systemd: ExecStart= and its kin (systemd.service(5), "COMMAND LINES")."""

from __future__ import annotations

from functools import lru_cache

from deploylint.dataclass import dataclass
from deploylint.enumeration import Enum
from deploylint.pattern import pattern
from deploylint.values.errors import InvalidValue, ValueProblem, printable, quoted
from deploylint.values.paths import is_file_name, is_valid_path
from deploylint.values.specifiers import LATEST_SYSTEMD, check_specifiers, plausible_texts
from deploylint.values.systemd_words import Word, parse_words

_UNSAFE = pattern(r"[\x01-\x1f\x7f'\"\\]")
_PREFIXES = frozenset("-@:+!|")
_SHELL_PREFIX_SINCE = 258


@dataclass(frozen=True, slots=True)
class ExecCommand:
    """One command. `path` is its first word without prefixes, `arguments` all further words.

    With the prefix `@` the first of `arguments` is the name the program sees as its own (argv[0]).
    """

    prefixes: str
    path: Word
    arguments: tuple[Word, ...]

    @property
    def expands_variables(self) -> bool:
        return ":" not in self.prefixes


@dataclass(frozen=True, slots=True)
class ExecLine:
    """The commands that systemd takes over, in order, and what it says about the rest."""

    commands: tuple[ExecCommand, ...]
    problems: tuple[ValueProblem, ...]


class VariableForm(Enum):
    """How systemd treats what looks like a variable."""

    WORD = "$NAME as a whole word: split at blanks, vanishes when unset"
    BRACED = "${NAME} anywhere: put in as it is"
    LITERAL = "anything else, such as $NAME within a word or ${NAME:-x}: stays as it is written"


@dataclass(frozen=True, slots=True)
class Variable:
    """What looks like a variable in a word; the span is within the word's text."""

    name: str
    form: VariableForm
    start: int
    end: int


_VARIABLE = pattern(r"\$(?:\$|\{(?P<braced>[^}:]*+)\}|\{[^}]*+\}?|(?P<bare>[A-Za-z_][A-Za-z0-9_]*+))")


def find_variables(text: str) -> tuple[Variable, ...]:
    """The variables of an argument, `$$` left out (systemd, `replace_env_argv`).

    An argument that begins with `$` and a name is looked up whole: `$HOME/x` is the variable named `HOME/x`,
    which is never set, so the argument vanishes.
    """
    if text.startswith("$") and text[1:2] not in {"", "{", "$"}:
        return (Variable(text[1:], VariableForm.WORD, 0, len(text)),)
    found: list[Variable] = []
    if "$" not in text:
        return ()
    for match in _VARIABLE.finditer(text):
        if match["braced"] is not None:
            found.append(Variable(match["braced"], VariableForm.BRACED, match.start(), match.end()))
        elif match[0] != "$$":
            name = match["bare"] or match[0].strip("${}")
            found.append(Variable(name, VariableForm.LITERAL, match.start(), match.end()))
    return tuple(found)


def parse_exec_line(text: str, *, version: int = LATEST_SYSTEMD) -> ExecLine:
    """The commands of one Exec line, split at words that are just `;` (systemd, `config_parse_exec`).

    A fatal problem makes systemd refuse the unit; a problem of a command with the prefix `-` drops the rest of
    the line; an unknown escape is kept as it is with a warning. A quote that is left open in the first word of a
    command drops the command, in a later one it is fatal.
    """
    return _parsed(text, version)


@lru_cache(maxsize=4096)
def _parsed(text: str, version: int) -> ExecLine:
    """Several rules ask about the same line file by file, and then the model about those of all files."""
    parsed = parse_words(text)
    commands: list[ExecCommand] = []
    problems: list[ValueProblem] = []
    escaped, specified = "\\" in text, "%" in text
    for group in _commands(text, parsed.words):
        words = group
        if escaped:
            words = [group[0], *(_argument(text, word) for word in group[1:])]
            problems += [_escape_problem(word) for word in words if word.unknown_escapes]
        prefixes, path = _split_prefixes(words[0], version)
        last = group[-1] is parsed.words[-1]
        arguments = words[1:]
        problem = _path_problem(path, version)
        if problem is None and specified:
            problem = next(filter(None, (_specifier_problem(word, version) for word in arguments)), None)
        if problem is None and last and parsed.unclosed is not None:
            problem = _unclosed_problem(text, parsed.unclosed)
        if problem is None and "@" in prefixes and not arguments:
            problem = ValueProblem("Empty executable name or zeroeth argument", words[0].start, words[0].end)
        if problem is not None:
            fatal = "-" not in prefixes
            problems.append(ValueProblem(problem.message, problem.start, problem.end, fatal))
            return ExecLine(tuple(commands), tuple(problems))
        commands.append(ExecCommand(prefixes, path, tuple(arguments)))
    if parsed.unclosed is not None:
        problems.append(_unclosed_problem(text, parsed.unclosed))
    return ExecLine(tuple(commands), tuple(problems))


def _commands(text: str, words: tuple[Word, ...]) -> list[list[Word]]:
    """Groups of words between separators. A separator is an unquoted `;`, or any `;` where a command would begin."""
    if ";" not in text:
        return [list(words)] if words else []
    groups: list[list[Word]] = [[]]
    for word in words:
        if text[word.start : word.end] == ";" or (word.text == ";" and not groups[-1]):
            groups.append([])
        else:
            groups[-1].append(word)
    return [group for group in groups if group]


def _argument(text: str, word: Word) -> Word:
    r"""`\;` alone is a literal semicolon, though it is no escape elsewhere."""
    return Word(";", word.start, word.end) if text[word.start : word.end] == r"\;" else word


def _escape_problem(word: Word) -> ValueProblem:
    offset = word.unknown_escapes[0]
    return ValueProblem("Ignoring unknown escape sequences", offset, offset + 2)


def _split_prefixes(word: Word, version: int) -> tuple[str, Word]:
    """`-@:+!` in any order, each once; `+`, `!` and `!!` exclude each other; `|` since systemd 258."""
    text = word.text
    if text[:1] not in _PREFIXES and not word.unknown_escapes:
        return "", word
    length = 0
    for character in text:
        seen = text[:length]
        if character == "!":
            allowed = "+" not in seen and seen.count("!") < 2
        elif character == "+":
            allowed = "+" not in seen and "!" not in seen
        elif character == "|":
            allowed = version >= _SHELL_PREFIX_SINCE and "|" not in seen
        else:
            allowed = character in "-@:" and character not in seen
        if not allowed:
            break
        length += 1
    plain = word.end - word.start == len(text)
    return text[:length], Word(text[length:], word.start + (length if plain else 0), word.end)


def _path_problem(path: Word, version: int) -> ValueProblem | None:
    if "%" not in path.text and _path_reason(path.text) is None:
        return None
    problem = _specifier_problem(path, version)
    if problem is not None:
        return problem
    reasons = [_path_reason(resolved) for resolved in plausible_texts(path.text)]
    if None in reasons:
        return None
    return ValueProblem(printable(f"{reasons[0]}: {quoted(path.text)}"), path.start, path.end)


def _path_reason(path: str) -> str | None:
    if not path:
        return "Empty path in command line"
    if _UNSAFE.search(path):
        return "Executable name contains special characters"
    if path.endswith("/"):
        return "Executable path specifies a directory"
    if not (is_valid_path(path) if path.startswith("/") else is_file_name(path)):
        return "Neither a valid executable name nor an absolute path"
    return None


def _specifier_problem(word: Word, version: int) -> ValueProblem | None:
    try:
        check_specifiers(word.text, version=version)
    except InvalidValue as error:
        return ValueProblem(error.message, word.start, word.end)
    return None


def _unclosed_problem(text: str, start: int) -> ValueProblem:
    return ValueProblem("Unbalanced quoting", start, len(text))
