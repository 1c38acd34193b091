"""What Procfiles start."""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.facts import Environment, Fact, Known, Process, Supervision, SupervisorKind, Unknown
from deploylint.formats.command_line.lines import main_program, read_shell
from deploylint.formats.procfile.nodes import Entry, Procfile
from deploylint.processes import StatedProcess


def stated(documents: Sequence[Document]) -> Iterator[Fact]:
    """A process for each line that keeps running; `release` and the like run once and end."""
    for document in documents:
        if isinstance(document, Procfile):
            for entry in document.entries:
                if not entry.one_shot:
                    yield _process(document, entry)


def _process(document: Procfile, entry: Entry) -> Process:
    at = entry.command_at
    return StatedProcess(
        name=f"Procfile {entry.name}",
        document=document,
        at=at,
        supervision=Supervision(SupervisorKind.PROCFILE, restart=Unknown("the platform decides")),
        invocation=main_program(read_shell(entry.command, offset=at.span.start)),
        directory=Unknown("the folder that the platform puts the application in"),
        user=Unknown("the platform decides"),
        group=Unknown("the platform decides"),
        environment=Environment(complete=False),
        instances=Known(1, default=True) if entry.name == "web" else Unknown("scaled by the platform"),
    )
