"""Every command line of a project, wherever it stands."""

from collections.abc import Iterator
from functools import cache

from deploylint.dataclass import dataclass
from deploylint.diagnostic import Edit
from deploylint.document import Document
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.project import Project
from deploylint.source import Location, Span
from deploylint.targets import Target, target
from deploylint.values.words import Word
from deploylint.vocabulary import gunicorn


@dataclass(frozen=True, slots=True)
class Command:
    """A program that something starts. `process` is None in a shell script."""

    invocation: Invocation
    document: Document
    process: Process | None = None

    @property
    def program(self) -> str:
        """The name people know the program by."""
        return self.invocation.kind.value

    def at(self, span: Span) -> Location:
        return self.document.source.location(span.start, span.end)

    def replaced(self, word: Word, old: str, new: str) -> Edit | None:
        """The edit that puts other text in the place of a word's beginning; None where it is not written so."""
        at = self.at(word.part(0, len(old)).span)
        return Edit(at, new) if at.text == old else None


def commands(project: Project) -> list[Command]:
    """The commands of units, programs, services and images, then those of shell scripts."""
    found: list[Command] | None = project.memo.get("commands")
    if found is None:
        found = project.memo["commands"] = list(_commands(project))
    return found


def _commands(project: Project) -> Iterator[Command]:
    for process in project.every(Process):
        if process.invocation is not None and process.invocation.kind is not Kind.OTHER:
            yield Command(process.invocation, process.document, process)
    for script in project.documents_in("shell"):
        for invocation in script.invocations:
            if invocation.kind is not Kind.OTHER:
                yield Command(invocation, script)


def gunicorn_target(command: Command, project: Project) -> Target | None:
    """The release of gunicorn that the command starts, as far as the repository tells."""
    return target(project, "gunicorn", command.document)


@cache
def gunicorn_flags(version: gunicorn.Version) -> tuple[str, ...]:
    """Every flag of a release."""
    settings = [gunicorn.setting(name, version) for name in gunicorn.settings(version)]
    return (*gunicorn.OTHER_FLAGS, *(flag for setting in settings if setting for flag in setting.flags))
