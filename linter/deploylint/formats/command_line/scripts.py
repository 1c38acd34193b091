"""A shallow reading of shell scripts: which simple commands there are, in order, and what they are told.

Nothing is executed and little is understood: function bodies, branches and loops only mark their
commands as conditional.
"""

from collections.abc import Iterator, Mapping, Sequence

from deploylint.dataclass import dataclass, field
from deploylint.formats.command_line.invocation import Assignment
from deploylint.pattern import ASCII, pattern
from deploylint.source import Span
from deploylint.values.errors import InvalidValue
from deploylint.values.words import Operator, Word, resolved, scan_shell

_ASSIGNMENT = pattern(r"([A-Za-z_]\w*+)\+?=", ASCII)
_VISIBLE = pattern(r"[^\n]")
_HERE_DOCUMENT = pattern(r"(?<!<)<<-?[ \t]*+(['\"\\]?)(\w++)['\"]?")
_OPENING = frozenset({"if", "while", "until", "for", "case", "select"})
_CLOSING = frozenset({"fi", "done", "esac"})
_CONTINUING = frozenset({"then", "else", "elif", "do", "!", "time"})
_TESTS = frozenset({"[", "[[", "test"})
_DECLARING = frozenset({"export", "readonly", "declare", "local", "typeset"})


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: its words without assignments and redirections.

    `connector` is the operator before it; `conditional` when it may not run even if nothing before
    it fails; `background` when the shell does not wait for it; `piped` when a pipe reads its output.
    The words of variables that the script has set to a literal before are resolved.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    span: Span
    connector: str = ""
    conditional: bool = False
    background: bool = False
    piped: bool = False

    @property
    def name(self) -> str:
        """The command's name; "" when there is none, or when it is unknown."""
        return (self.words[0].known or "") if self.words else ""


@dataclass(frozen=True, slots=True)
class Script:
    """The commands in order. `exits_on_error` is `set -e`; `problem` is a quotation that is not closed."""

    commands: tuple[Command, ...]
    exits_on_error: bool = False
    problem: InvalidValue | None = None


@dataclass(slots=True)
class _State:
    environment: dict[str, str | None]
    commands: list[Command] = field(default_factory=list)
    depth: int = 0
    case_depth: int = 0
    exits_on_error: bool = False
    in_case_pattern: bool = False


def read_script(text: str, *, offset: int = 0, environment: Mapping[str, str | None] | None = None) -> Script:
    """The simple commands of a script, or of the line that `sh -c` gets. Never raises.

    `environment` holds the variables that are known from outside.
    """
    tokens, problem = scan_shell(_without_here_documents(text), offset=offset)
    state = _State(dict(environment or {}))
    for connector, items, end in _simple_commands(tokens):
        _take(state, connector, items, end)
    return Script(tuple(state.commands), state.exits_on_error, problem)


def is_assignment(word: Word) -> bool:
    """Does the word read `NAME=...`?"""
    return _ASSIGNMENT.match(word.prefix) is not None


def assignment(word: Word) -> Assignment:
    """The word as an assignment; it must be one."""
    name, equals, _ = word.prefix.partition("=")
    return Assignment(name.removesuffix("+"), word.part(len(name) + len(equals)), word.span)


def _without_here_documents(text: str) -> str:
    """The text with the lines of here-documents blanked, so that every offset stays."""
    if "<<" not in text:
        return text
    lines = text.splitlines(keepends=True)
    waiting: list[str] = []
    for number, line in enumerate(lines):
        if waiting:
            if line.strip() == waiting[0]:
                waiting.pop(0)
            lines[number] = _VISIBLE.sub(" ", line)
        elif not line.lstrip().startswith("#"):
            waiting = [match[2] for match in _HERE_DOCUMENT.finditer(line)]
    return "".join(lines)


def _simple_commands(tokens: Sequence[Word | Operator]) -> Iterator[tuple[str, list[Word], str]]:
    """Connector, words and the operator that ends each command; redirections are left out."""
    connector, words, redirecting = "", list[Word](), False
    for token in tokens:
        if isinstance(token, Word):
            if not redirecting:
                words.append(token)
            redirecting = False
        elif token.text.lstrip("0123456789")[0] in "<>" or token.text.startswith("&>"):
            redirecting = True
        else:
            yield connector, words, token.text
            connector, words, redirecting = token.text, [], False
    yield connector, words, ""


def _take(state: _State, connector: str, words: list[Word], end: str) -> None:
    if state.in_case_pattern:
        if words and words[0].known == "esac":
            state.in_case_pattern = False
        elif end == ")":
            state.in_case_pattern = False
            return
        else:
            return
    rest = _structure(state, words)
    if connector == "(":
        state.depth += 1
    if end == ";;":
        state.in_case_pattern = state.case_depth > 0
    if end == "(":
        # `name()` starts a function; its body follows in braces.
        rest = []
    if rest:
        _append(state, connector, rest, end)
    if end == ")":
        state.depth = max(state.depth - 1, 0)


def _structure(state: _State, words: list[Word]) -> list[Word]:
    """The words behind reserved words; counts how deep blocks are nested."""
    at = 0
    while at < len(words):
        word = words[at]
        name = word.value if not word.quoted and not word.opaque else ""
        if name in _CLOSING or name == "}":
            state.depth = max(state.depth - 1, 0)
            state.case_depth -= name == "esac"
        elif name == "case":
            state.depth += 1
            state.case_depth += 1
            state.in_case_pattern = True
            return []
        elif name in _OPENING or name == "{":
            state.depth += 1
            if name in {"for", "select"}:
                return []
        elif name == "function":
            return []
        elif name not in _CONTINUING:
            break
        at += 1
    return words[at:]


def _append(state: _State, connector: str, words: list[Word], end: str) -> None:
    words = [resolved(word, state.environment) for word in words]
    split = next((at for at, word in enumerate(words) if not is_assignment(word)), len(words))
    assignments = tuple(assignment(word) for word in words[:split])
    previous = state.commands[-1] if state.commands else None
    command = Command(
        tuple(words[split:]),
        assignments,
        Span(words[0].span.start, words[-1].span.end),
        connector,
        conditional=_is_conditional(state, connector, previous),
        background=end == "&",
        piped=end in {"|", "|&"},
    )
    if command.name in _DECLARING:
        assignments = tuple(assignment(word) for word in command.words if is_assignment(word))
    if not command.words or command.name in _DECLARING:
        for made in assignments:
            state.environment[made.name] = None if command.conditional else made.value.known
    elif command.name == "set":
        state.exits_on_error |= any(
            word.prefix.startswith("-") and "e" in word.prefix for word in command.words
        )
    state.commands.append(command)


def _is_conditional(state: _State, connector: str, previous: Command | None) -> bool:
    if state.depth > 0 or connector == "||":
        return True
    if connector != "&&" or previous is None:
        return False
    return previous.conditional or previous.name in _TESTS
