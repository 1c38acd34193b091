"""What rules on command lines share."""

from functools import cache, lru_cache

from deploylint.diagnostic import Edit
from deploylint.facts import CommandLine, ProcessHead
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.project import Project
from deploylint.source import Location, Span
from deploylint.targets import Target, target
from deploylint.values.words import Word
from deploylint.vocabulary import gunicorn


def is_known(head: ProcessHead) -> bool:
    """For `when`: whether it is known which program starts, and what its options are."""
    return head[2] not in (None, Kind.OTHER)


def started(command: CommandLine) -> Invocation:
    """What a command starts that `is_known`."""
    assert command.invocation is not None  # noqa: S101  see there
    return command.invocation


def place(command: CommandLine, span: Span) -> Location:
    """Where a part of a command stands."""
    return command.document.source.location(span.start, span.end)


def replaced(command: CommandLine, word: Word, old: str, new: str) -> Edit | None:
    """The edit that puts other text in the place of a word's beginning; None where it is not written so."""
    at = place(command, word.part(0, len(old)).span)
    return Edit(at, new) if at.text == old else None


def gunicorn_target(command: CommandLine, project: Project) -> Target | None:
    """The release of gunicorn that the command starts, as far as the repository tells."""
    return target(project, "gunicorn", command.document)


def is_djangos(command: CommandLine, project: Project) -> bool:
    """Whether a `manage.py` is Django's, as far as the project has one: that of Flask-Script has other options."""
    return command.kind is not Kind.RUNSERVER or _has_djangos(project)


@lru_cache(maxsize=1)
def _has_djangos(project: Project) -> bool:
    sources = map(project.tree.read, project.tree.named("manage.py"))
    texts = [source.text for source in sources if source is not None]
    return not texts or any("django" in text.lower() for text in texts)


@cache
def gunicorn_flags(version: gunicorn.Version) -> tuple[str, ...]:
    """Every flag of a release."""
    settings = [gunicorn.setting(name, version) for name in gunicorn.settings(version)]
    return (*gunicorn.OTHER_FLAGS, *(flag for setting in settings if setting for flag in setting.flags))
