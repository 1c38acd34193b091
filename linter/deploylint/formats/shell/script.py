"""A shell script: its commands in order."""

from collections.abc import Iterator

from deploylint.dataclass import dataclass
from deploylint.document import Chain, Document
from deploylint.facts import CommandLine
from deploylint.formats.command_line.invocation import Assignment, Invocation
from deploylint.formats.command_line.lines import read_shell
from deploylint.formats.command_line.scripts import Command, Script, assignment, is_assignment, read_script
from deploylint.source import Source, Span
from deploylint.syntax.driver import Parser
from deploylint.syntax.problem import SyntaxProblem
from deploylint.templates import is_template


@dataclass(frozen=True, slots=True, eq=False)
class ScriptCommand(CommandLine):
    """A program that a script starts."""

    document: Document
    invocation: Invocation


class ShellScript(Document):
    """What a script starts and sets, as far as a shallow reading tells.

    `invocations` are the programs in order; those in branches, loops and functions are marked
    `wrapping.conditional`. `assignments` are those that hold for the rest of the script.
    """

    __slots__ = ("_invocations", "script")

    format = "shell"

    def __init__(
        self, source: Source, problems: tuple[SyntaxProblem, ...], script: Script, *, templated: bool
    ) -> None:
        super().__init__(source, problems, templated=templated)
        self.script = script
        self._invocations: tuple[Invocation, ...] | None = None

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        if self._invocations is None:
            self._invocations = read_shell(self.source.text)
        return self._invocations

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        found: list[Assignment] = []
        for command in self.script.commands:
            if command.conditional:
                continue
            if not command.words:
                found.extend(command.assignments)
            elif command.name in {"export", "readonly", "declare", "typeset"}:
                found.extend(assignment(word) for word in command.words[1:] if is_assignment(word))
        return tuple(found)

    def walk(self) -> Iterator[tuple[Command, Chain]]:
        for command in self.script.commands:
            yield command, (self, None)

    def comments(self) -> Iterator[Span]:
        """The comments; a `#` in a here-document may look like one."""
        from deploylint.syntax.compiled import words  # noqa: PLC0415 (only where a file has suppressions)

        for node in Parser(words).parse(self.source.text).value.children:
            for token in node.children:
                if getattr(token, "type", "") == "COMMENT":
                    yield Span(token.start, token.end)

    def statement(self, offset: int) -> Span:
        """The command with its continuation lines, or the line."""
        line = super().statement(offset)
        ends = [c.span.end for c in self.script.commands if line.start <= c.span.start < line.end]
        return Span(line.start, max([line.end, *ends]))


def parse(source: Source) -> ShellScript:
    """Read a script. Only a quotation that the end of the file leaves open is a problem. Never raises."""
    script = read_script(source.text)
    templated = is_template(source.text)
    problems = () if templated else tuple(_problems(source, script))
    return ShellScript(source, problems, script, templated=templated)


def _problems(source: Source, script: Script) -> Iterator[SyntaxProblem]:
    if script.problem is None:
        return
    offset = script.problem.offset
    opening = _rest_of_line(source, offset)
    # Deeply nested expansions are read as if they were not closed.
    if opening[:1] in {"'", '"'} and not any(mark in opening for mark in ("${", "$(", "`")):
        message = f"unexpected EOF while looking for matching {opening[0]}"
        yield SyntaxProblem(source.location(offset, offset + 1), message, "close the quotation")


def _rest_of_line(source: Source, offset: int) -> str:
    """The rest of the line from a place on."""
    return source.text[offset:].partition("\n")[0]
