"""Processes that start a shell script of the repository: what the script starts in the end."""

from collections.abc import Iterator

from deploylint.dataclass import replace
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.shell import ShellScript
from deploylint.model.links import Deployment
from deploylint.model.places import Map
from deploylint.values.words import Word


def started_by_script(process: Process, deployment: Deployment, places: Map) -> Iterator[Process]:
    """The process itself, or what the script that it runs starts.

    A script that is not in the repository, or that starts nothing certain, leaves the process as it is.
    """
    script = _script(process, deployment, places)
    found = False
    if script is not None:
        for invocation in script.invocations:
            if invocation.wrapping.conditional:
                continue
            span = invocation.span
            found = True
            yield replace(
                process,
                invocation=invocation,
                document=script,
                at=script.source.location(span.start, span.end),
            )
    if not found:
        yield process


def _script(process: Process, deployment: Deployment, places: Map) -> ShellScript | None:
    invocation = process.invocation
    if invocation is None or invocation.kind not in (Kind.SHELL, Kind.OTHER):
        return None
    word: Word = invocation.script or invocation.executable
    if word.known is None:
        return None
    path = word.known
    if not path.startswith("/"):
        match process.directory:
            case Known(value=str() as directory):
                path = f"{directory.rstrip('/')}/{path.removeprefix('./')}"
            case _:
                return None
    mapped = places.file(path, process.namespace)
    return next((d for d in deployment.documents if d.path == mapped and isinstance(d, ShellScript)), None)
