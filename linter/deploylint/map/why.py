"""`deploylint map --why FILE:LINE`: how the values that a line takes part in became effective."""

from collections.abc import Iterator, Sequence

from deploylint.facts import Route
from deploylint.map.chart import Box, Chart, Detail, chart, route_details
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
        source = next((d.source for d in deployment.documents if d.path == path), None)
        if source is None:
            continue
        if not 1 <= line <= len(source.line_starts):
            raise UnknownPlaceError(f"{path} has no line {line}")
        found = list(_about(deployment, chart(deployment, ()), path, line))
        return "".join(
            f"{visible(text)}\n" for text in found or [f"{path}:{line} gives no value that the model uses"]
        )
    raise UnknownPlaceError(f"{path} is no file of the deployment")


def _about(deployment: Deployment, drawn: Chart, path: str, line: int) -> Iterator[str]:
    for box in drawn.boxes:
        written = [detail for detail in box.details if _is_on(detail.at, path, line)]
        if written or _is_on(box.at, path, line):
            yield box.title
            yield from _lines(box, written)
    for route in deployment.every(Route):
        if _is_on(route.at, path, line) or any(
            _is_on(detail.at, path, line) for detail in route_details(route)
        ):
            yield f"{route.directive} {route.location}".strip()
            for detail in route_details(route):
                yield f"  {_reason(detail)}"
    for connection in deployment.connections:
        if _is_on(connection.target.at, path, line):
            yield f"  reaches: {connection.verdict.value}" + (f", {connection.why}" if connection.why else "")
            yield from (f"  {server.name} at {server.process.at}" for server in connection.servers)


def _lines(box: Box, written: Sequence[Detail]) -> Iterator[str]:
    """What the line sets; for the line of the box itself, everything that holds there."""
    for detail in written or box.details:
        yield f"  {_reason(detail)}"


def _reason(detail: Detail) -> str:
    if not detail.known:
        return f"{detail.name}: unknown, because {detail.text}"
    reason = detail.why or (f"written at {detail.at}" if detail.at else "documented default")
    return f"{detail.name} {detail.text}: {reason}"


def _is_on(at: Location | None, path: str, line: int) -> bool:
    return at is not None and at.path == path and at.start.line <= line <= at.end.line
