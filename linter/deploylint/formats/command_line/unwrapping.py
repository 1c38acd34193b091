"""From a command line to the programs it starts in the end, each with what surrounds it."""

from collections.abc import Callable, Sequence

from deploylint.dataclass import replace
from deploylint.formats.command_line.invocation import Assignment
from deploylint.formats.command_line.programs import is_program, is_python, python_arguments
from deploylint.formats.command_line.scripts import Command, Script, assignment, is_assignment, read_script
from deploylint.formats.command_line.state import Surroundings
from deploylint.formats.command_line.wrappers import is_wrapper, unwrap
from deploylint.pattern import pattern
from deploylint.source import Span
from deploylint.values.words import Word, locator

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
_SHELL_VALUED = pattern(r"[-+][a-zA-Z]*[oO]|--rcfile|--init-file")
# They start nothing that lasts.
_SILENT = frozenset(
    {
        ":", "[", "[[", "chmod", "chown", "echo", "eval", "exit", "ln", "mkdir", "printf", "read", "return", "rm", "set",
        "shift", "sleep", "test", "touch", "trap", "true", "ulimit", "umask", "unset", "wait",
    }
)  # fmt: skip
# More than any line needs; keeps `sh -c` within `sh -c` from going on for ever.
_DEEPEST = 8
_MOST_WRAPPERS = 50
# A longer script is nobody's entry point; what each command gets from the lines before it adds up.
_MOST_COMMANDS = 2000

Found = tuple[Sequence[Word], Surroundings]


def innermost(words: Sequence[Word], around: Surroundings) -> list[Found]:
    """The programs that an argument list starts, in order; several only when a shell runs several."""
    found: list[Found] = []
    waiting: list[tuple[Sequence[Word], Surroundings, int]] = [(words, around, 0)]
    while waiting:
        rest, state, depth = waiting.pop()
        inner: Sequence[Word] | None = rest
        while inner:
            rest = inner
            script = _shell_script(rest)
            if script is not None:
                commands = shell_commands(_inner_script(script, state), state) if depth < _DEEPEST else []
                for _, inside in commands:
                    inside.wrappers.append(rest[0].value.rpartition("/")[2])
                waiting.extend((*command, depth + 1) for command in reversed(commands))
                if not commands:
                    found.append((rest, state))
                break
            inner = (
                (unwrap(rest, state) or _inside_python(rest, state))
                if len(state.wrappers) < _MOST_WRAPPERS
                else None
            )
        else:
            if rest:
                found.append((rest, state))
    return found


def shell_commands(script: Script, around: Surroundings) -> list[Found]:
    """The commands of a script that start something, with what the script has set up before each."""
    around = around.inside()
    around.shell = True
    found: list[Found] = []
    for command in script.commands[:_MOST_COMMANDS]:
        if _sets_up(command, around) or (not command.words or command.name in _SILENT):
            continue
        state = around.inside()
        state.conditional |= command.conditional
        state.background |= command.background
        for made in command.assignments:
            state.assign(made)
        found.append((command.words, state))
    return found


def _sets_up(command: Command, around: Surroundings) -> bool:
    """Does the command only prepare what follows? If so, note it."""
    made = command.assignments
    if command.name in {"export", "readonly", "declare", "typeset"}:
        made = tuple(assignment(word) for word in command.words if is_assignment(word))
    elif command.words and command.name not in {"cd", "pushd", "source", "."}:
        return False
    if command.conditional:
        for each in made:
            around.environment[each.name] = None
        return True
    for each in made:
        around.assign(each)
    if len(command.words) > 1 and command.name in {"cd", "pushd"}:
        around.enter(next((word for word in command.words[1:] if word.prefix[:1] != "-"), command.words[-1]))
    if (
        len(command.words) > 1
        and command.name in {"source", "."}
        and command.words[1].value.endswith("/activate")
    ):
        around.activated = command.words[1]
    return True


def _shell_script(words: Sequence[Word]) -> Word | None:
    """The script of `sh [options] -c SCRIPT`."""
    at = 1
    if words[0].value.rpartition("/")[2] == "busybox" and len(words) > 1:
        return _shell_script(words[1:]) if words[1].value in _SHELLS else None
    if words[0].value.rpartition("/")[2] not in _SHELLS:
        return None
    command = False
    while at < len(words) and words[at].prefix[:1] in {"-", "+"} and len(words[at].prefix) > 1:
        option = words[at].prefix
        command |= not option.startswith("--") and option[0] == "-" and "c" in option
        at += 2 if _SHELL_VALUED.fullmatch(option) else 1
        if option == "--":
            break
    return words[at] if command and at < len(words) else None


def _inner_script(script: Word, around: Surroundings) -> Script:
    """The script read, with its words placed where they are written."""
    inner = read_script(script.value, environment=around.environment)
    locate = locator(script)
    placed = tuple(_placed(command, locate) for command in inner.commands)
    return Script(placed, inner.exits_on_error, inner.problem)


def _placed(command: Command, locate: Callable[[int, int], Span]) -> Command:
    return replace(
        command,
        words=tuple(word.moved(locate) for word in command.words),
        assignments=tuple(
            Assignment(made.name, made.value.moved(locate), locate(made.span.start, made.span.end))
            for made in command.assignments
        ),
        span=locate(command.span.start, command.span.end),
    )


def _inside_python(words: Sequence[Word], around: Surroundings) -> Sequence[Word] | None:
    """`python -m gunicorn ...` and `python /venv/bin/gunicorn ...` are gunicorn."""
    name = words[0].value.rpartition("/")[2]
    if not is_python(name):
        return None
    python = python_arguments(words)
    around.unbuffered |= python.unbuffered
    if not python.rest:
        return None
    inner = python.rest[0].value if python.is_module else python.rest[0].value.rpartition("/")[2]
    if not (is_program(inner) or is_wrapper(inner)):
        return None
    around.wrappers.append("python")
    return python.rest
