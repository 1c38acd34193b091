"""The model of a deployment as boxes and arrows, for every format of the map."""

from collections.abc import Iterable, Iterator, Sequence

from deploylint.dataclass import dataclass, field
from deploylint.diagnostic import Diagnostic, Severity
from deploylint.facts import HOST, Known, Namespace, Process, Route, SupervisorKind, VirtualServer
from deploylint.map.details import (
    Detail,
    application_details,
    process_details,
    route_details,
    server_details,
    server_names,
)
from deploylint.model.links import Connection, Deployment, Verdict
from deploylint.model.wording import address_of
from deploylint.source import Location


@dataclass(slots=True, eq=False)
class Box:
    """A server block, a process, or an address where nobody listens.

    `kind` is `proxy`, `process`, `nobody` or `outside`. `group` names who starts it (a supervisor, a
    container) or is `nginx`.
    """

    id: str
    kind: str
    title: str
    group: str
    at: Location | None = None
    details: list[Detail] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Arrow:
    """A route from a proxy to whom it reaches. `certain` is False where the other end cannot be told.

    `places` are those of the target, of the route and of what holds for it: a finding on one of them is about it.
    """

    start: str
    end: str
    label: str
    at: Location
    places: tuple[Location, ...] = ()
    details: list[Detail] = field(default_factory=list)
    certain: bool = True
    findings: list[Diagnostic] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Chart:
    """One deployment. Boxes come in the order in which they are best read: proxies, then processes."""

    name: str
    files: list[str]
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)

    def groups(self) -> dict[str, list[Box]]:
        """The boxes by who starts them."""
        found: dict[str, list[Box]] = {}
        for box in self.boxes:
            found.setdefault(box.group, []).append(box)
        return found


def chart(deployment: Deployment, diagnostics: Sequence[Diagnostic]) -> Chart:
    """Draw one deployment. Findings go to the arrow or box with a location they touch, else to the whole."""
    return _Drawing(deployment).finished(diagnostics)


def worst(findings: Iterable[Diagnostic]) -> Severity | None:
    """The severity that a box or an arrow is shown with."""
    return min((found.severity for found in findings), key=lambda severity: severity.rank, default=None)


class _Drawing:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._chart = Chart(deployment.name, [document.path for document in deployment.documents])
        self._ids: dict[int, str] = {}

    def finished(self, diagnostics: Sequence[Diagnostic]) -> Chart:
        for server in self._deployment.every(VirtualServer):
            self._box(server, "proxy", server_names(server), "nginx", server.at, server_details(server))
        self._processes()
        for connection in self._deployment.connections:
            self._arrow(connection)
        self._place(diagnostics)
        return self._chart

    def _processes(self) -> None:
        shown: set[int] = set()
        for server in self._deployment.servers:
            shown |= {id(server.process), id(server.origin)}
            process = server.process
            details = [*process_details(process), *application_details(server)]
            self._box(
                server,
                "process",
                f"{process.full_name} ({server.kind})",
                _starter(process),
                process.at,
                details,
            )
        for process in self._deployment.every(Process):
            if id(process) not in shown:
                title = f"{process.full_name} ({_program(process)})"
                starter = _starter(process, self._deployment.homes(process)[0])
                self._box(process, "process", title, starter, process.at, process_details(process))

    def _box(  # noqa: PLR0917
        self, thing: object, kind: str, title: str, group: str, at: Location | None, details: Iterable[Detail]
    ) -> str:
        name = f"n{len(self._chart.boxes)}"
        self._ids[id(thing)] = name
        self._chart.boxes.append(Box(name, kind, title, group, at, list(details)))
        return name

    def _arrow(self, connection: Connection) -> None:
        route = connection.route
        start = self._ids.get(id(route.server)) if route.server else None
        if start is None:
            start = self._box(
                route, "proxy", f"{route.document.path} {route.location}".strip(), "nginx", route.at, ()
            )
        label = f"{route.location or 'requests'}: {route.protocol.value} {address_of(connection.target)}"
        details = list(route_details(route))
        places = (connection.target.at, route.at, *_places_of(route))
        for end, certain in self._ends(connection):
            arrow = Arrow(start, end, label, connection.target.at, places, details, certain=certain)
            self._chart.arrows.append(arrow)

    def _ends(self, connection: Connection) -> Iterator[tuple[str, bool]]:
        found = False
        for server in connection.servers:
            if id(server) in self._ids:
                found = True
                yield self._ids[id(server)], connection.verdict is not Verdict.UNKNOWN
        if found:
            return
        title = address_of(connection.target)
        if connection.verdict is Verdict.NOBODY:
            doubt = f", as far as is known: {connection.why}" if connection.why else ", as far as is known"
            text = f"{title}: nobody listens{'' if connection.certain else doubt}"
            yield self._other(text, "nobody"), connection.certain
        else:
            known = connection.verdict is not Verdict.UNKNOWN
            yield self._other(f"{title}: {connection.why or 'somebody listens'}", "outside"), known

    def _other(self, title: str, kind: str) -> str:
        for box in self._chart.boxes:
            if box.title == title:
                return box.id
        return self._box(object(), kind, title, "elsewhere", None, ())

    def _place(self, diagnostics: Sequence[Diagnostic]) -> None:
        paths = set(self._chart.files)
        for diagnostic in diagnostics:
            if not any(at.path in paths for at in diagnostic.locations):
                continue
            self._chart.findings.append(diagnostic)
            arrows = _concerned(self._chart.arrows, diagnostic)
            for arrow in arrows:
                arrow.findings.append(diagnostic)
            if not arrows and (box := self._box_of(diagnostic)) is not None:
                box.findings.append(diagnostic)

    def _box_of(self, diagnostic: Diagnostic) -> Box | None:
        """The box that a finding is in, else one that it also shows; of several the one that the message names."""
        for places in ((diagnostic.at,), diagnostic.locations):
            touched = [box for box in self._chart.boxes if any(_touches(box, at) for at in places)]
            named = [box for box in touched if box.title.rpartition(" (")[0] in diagnostic.finding.message]
            if touched:
                return (named or touched)[0]
        return None


def _concerned(arrows: Iterable[Arrow], diagnostic: Diagnostic) -> list[Arrow]:
    """The arrows that a finding is about: those at its own place, else those at a place that it also shows."""
    for places in ([diagnostic.at], diagnostic.locations):
        if found := [arrow for arrow in arrows if any(place in places for place in arrow.places)]:
            return found
    return []


def _places_of(route: Route) -> Iterator[Location]:
    for value in (route.read_timeout, route.headers, route.body_limit, route.idle_time):
        if isinstance(value, Known) and value.at is not None and not value.default:
            yield value.at


def _touches(box: Box, at: Location) -> bool:
    places = [place for place in (box.at, *(detail.at for detail in box.details)) if place is not None]
    return any(
        place.source is at.source and place.span.start <= at.span.start <= place.span.end for place in places
    )


def _starter(process: Process, home: Namespace = HOST) -> str:
    """Who starts a process: its container, that of the supervisord that reads its file, or a supervisor of the host."""
    for namespace in (process.namespace, home):
        if not namespace.is_host and process.supervision.kind is not SupervisorKind.PROCFILE:
            return f"container {namespace.service}"
    return process.supervision.kind.value


def _program(process: Process) -> str:
    return process.invocation.program if process.invocation else "unknown command"
