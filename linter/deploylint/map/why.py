"""`deploylint map --why FILE:LINE`: how the values that a line takes part in became effective."""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.formats.env import EnvFile
from deploylint.map.details import Detail
from deploylint.map.holdings import Holding, holdings
from deploylint.map.replaced import replaced
from deploylint.model.links import Deployment
from deploylint.report.visible import visible
from deploylint.source import Location


class UnknownPlaceError(Exception):
    """No file of the deployment has that line; the text says what is wrong with the place."""


def place(text: str) -> tuple[str, int]:
    """`deploy/nginx.conf:12` taken apart.

    Raises UnknownPlaceError for anything else.
    """
    path, _, line = text.rpartition(":")
    if not path or not line.isascii() or not line.isdigit():
        raise UnknownPlaceError(f"--why wants FILE:LINE, not {text}")
    return path, int(line)


def explain(deployments: Sequence[Deployment], path: str, line: int) -> str:
    """Every value that is written on the line, or would be there if it were not a default, with its reason.

    Raises UnknownPlaceError when no deployment holds the file or the file has no such line.
    """
    for deployment in deployments:
        document = next((d for d in deployment.documents if d.path == path), None)
        if document is None:
            continue
        if not 1 <= line <= len(document.source.line_starts):
            raise UnknownPlaceError(f"{path} has no line {line}")
        known = list(holdings(deployment))
        found = ["\n".join(_about(holding, path, line)) for holding in known]
        found += _of_variables(known, document, line)
        found += replaced(deployment, document, line)
        texts = list(dict.fromkeys(text for text in found if text))
        texts = texts or [f"{path}:{line} gives no value that the model uses"]
        return "".join(f"{visible(one)}\n" for text in texts for one in text.split("\n"))
    raise UnknownPlaceError(f"{path} is no file of the deployment")


def _about(holding: Holding, path: str, line: int) -> Iterator[str]:
    """What the line sets; for the line of the thing itself, everything that holds there."""
    values = (*holding.details, *holding.variables)
    written = [detail for detail in values if _is_on(detail.at, path, line)]
    if _is_on(holding.at, path, line):
        written = [*holding.details, *(detail for detail in written if detail in holding.variables)]
    if written:
        yield holding.title
        yield from (f"  {_reason(detail)}" for detail in written)


def _of_variables(known: Sequence[Holding], document: Document, line: int) -> Iterator[str]:
    """What is taken from a variable of an env file, where the value stands in another file."""
    if not isinstance(document, EnvFile):
        return
    file_name = document.path.rpartition("/")[2]
    for entry in document.entries:
        if not _is_on(entry.at, document.path, line):
            continue
        for holding in known:
            for detail in (*holding.details, *holding.variables):
                if detail.why == f"{entry.name} in {file_name}":
                    yield f"{holding.title}\n  {_reason(detail)}, used at {detail.at}"


def _reason(detail: Detail) -> str:
    if not detail.known:
        return f"{detail.name}: unknown, because {detail.text}"
    reason = detail.why or (f"written at {detail.at}" if detail.at else "documented default")
    return f"{detail.name} {detail.text}: {reason}"


def _is_on(at: Location | None, path: str, line: int) -> bool:
    return at is not None and at.path == path and at.start.line <= line <= at.end.line
