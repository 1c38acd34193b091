"""From a line to what it starts."""

from collections.abc import Mapping, Sequence

from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.command_line.reading import read_program
from deploylint.formats.command_line.scripts import read_script
from deploylint.formats.command_line.state import surroundings
from deploylint.formats.command_line.unwrapping import innermost, shell_commands
from deploylint.values.words import Word

Environment = Mapping[str, str | None]


def read(
    words: Sequence[Word], *, directory: str | None = None, environment: Environment | None = None
) -> Invocation | None:
    """What an argument list starts; of several programs that its shell starts, the main one. None without words.

    `directory` is where the process starts, `environment` what it gets as far as it is known (None:
    an unknown value); they matter to a shell in between only. Never raises.
    """
    return main_program(read_all(words, directory=directory, environment=environment))


def read_all(
    words: Sequence[Word], *, directory: str | None = None, environment: Environment | None = None
) -> tuple[Invocation, ...]:
    """Every program that an argument list starts, in order."""
    if not words:
        return ()
    around = surroundings(environment, directory)
    return tuple([read_program(inner, state, words) for inner, state in innermost(words, around)])


def read_shell(
    text: str, *, offset: int = 0, directory: str | None = None, environment: Environment | None = None
) -> tuple[Invocation, ...]:
    """Every program that a shell line or a script starts, in order. `offset` is where the text begins in its source."""
    script = read_script(text, offset=offset, environment=environment)
    around = surroundings(environment, directory)
    return tuple(
        read_program(inner, state, words)
        for words, outer in shell_commands(script, around)
        for inner, state in innermost(words, outer)
    )


def main_program(invocations: Sequence[Invocation]) -> Invocation | None:
    """The one that a reader would call the process: the last known program that surely runs in the foreground."""
    if len(invocations) == 1:
        return invocations[0]
    known = [each for each in invocations if each.kind is not Kind.OTHER]
    sure = [each for each in known if not each.wrapping.conditional]
    foreground = [each for each in sure if not each.wrapping.background]
    for candidates in (foreground, sure, known, invocations):
        if candidates:
            return candidates[-1]
    return None
