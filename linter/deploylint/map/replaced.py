"""Values that stand in a file and hold nowhere: what is said of a line when something else comes before it."""

from collections.abc import Iterator

from deploylint.document import Document
from deploylint.facts import Known, Route, Value
from deploylint.formats.compose import ComposeFile
from deploylint.formats.compose.nodes import Scalar
from deploylint.formats.compose.projects import projects
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.nginx.nodes import File as NginxFile
from deploylint.formats.python.nodes import Assignment as PythonAssignment
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.nodes import File as SupervisorFile
from deploylint.formats.systemd.unit import units
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.model.links import Deployment
from deploylint.source import Location
from deploylint.typed import Any
from deploylint.vocabulary.systemd import key

_OF_ROUTES = {"read_timeout": "read_timeout", "client_max_body_size": "body_limit", "set_header": "headers"}
_MOST = 8


def replaced(deployment: Deployment, document: Document, line: int) -> Iterator[str]:
    """For each value of the line that does not hold somewhere: which one does, and where it is written."""
    match document:
        case UnitFile():
            yield from _in_unit(deployment, document, line)
        case SupervisorFile():
            yield from _in_supervisor_file(deployment, document, line)
        case GunicornConfig():
            yield from _in_gunicorn_file(deployment, document, line)
        case ComposeFile():
            yield from _in_compose_file(deployment, document, line)
        case NginxFile():
            yield from _in_nginx_file(deployment, document, line)
        case _:
            pass


def _in_unit(deployment: Deployment, file: UnitFile, line: int) -> Iterator[str]:
    """A later file or line sets the key again; for a list only an empty assignment does away with what was there."""
    unit = units(deployment.documents_in("systemd"))[file]
    for assignment in file.assignments():
        if not _is_on(assignment.at, file, line) or not assignment.value:
            continue
        held = unit.all(assignment.section, assignment.name)
        known = key(assignment.section, assignment.name)
        is_list = known is not None and known.empty == "resets"
        if assignment not in held:
            yield f"{assignment.name} of {unit.name}: an empty assignment behind it clears the list"
        elif not is_list and held[-1] is not assignment:
            yield f"{assignment.name} of {unit.name}: replaced by {held[-1].value} at {held[-1].value_at}"


def _in_supervisor_file(deployment: Deployment, file: SupervisorFile, line: int) -> Iterator[str]:
    for configuration in configurations(deployment.documents_in("supervisor")):
        for section in file.sections if file in configuration.files else ():
            for option in section.options:
                held = configuration.get(section.title, option.name)
                if held is not None and held is not option and _is_on(option.at, file, line):
                    yield f"{option.name} of [{section.title}]: replaced by {held.value} at {held.value_at}"


def _in_gunicorn_file(deployment: Deployment, file: GunicornConfig, line: int) -> Iterator[str]:
    """GUNICORN_CMD_ARGS, the command line or a later line of the file come before it."""
    for node in file.body:
        if not isinstance(node, PythonAssignment) or not _is_on(node.at, file, line):
            continue
        for server in deployment.servers:
            if server.config is not None and server.config.document is file:
                yield from _replacing(server.name, node.name, server.setting(node.name), file, line)


def _in_compose_file(deployment: Deployment, file: ComposeFile, line: int) -> Iterator[str]:
    """A file that is laid over it has the key, too."""
    for project in projects(deployment.documents_in("compose"), deployment.tree):
        for settings in project.services.values():
            for name in settings.names:
                nodes = settings.all(name)
                last = nodes[-1] if nodes else None
                if isinstance(last, Scalar) and any(_is_on(node.at, file, line) for node in nodes[:-1]):
                    yield f"{name} of service {settings.name}: replaced by {last.value} at {last.at}"


def _in_nginx_file(deployment: Deployment, file: NginxFile, line: int) -> Iterator[str]:
    """A block further in sets the directive for itself: then nothing of the outer one is inherited."""
    for statement, chain in file.walk():
        parent: Any = chain[0] if chain is not None else file
        name = next((field for end, field in _OF_ROUTES.items() if statement.name.endswith(end)), None)
        if name is None or not _is_on(statement.at, file, line):
            continue
        kind = statement.name.partition("_")[0]
        found = [
            text
            for route in deployment.every(Route)
            if route.document is file
            and (route.directive.startswith(kind) or kind == "client")
            and (parent is file or parent.start <= route.at.span.start < parent.end)
            for text in _replacing(
                f"{route.directive} {route.location}".strip(),
                statement.name,
                getattr(route, name),
                file,
                line,
            )
        ]
        yield from found[:_MOST]


def _replacing(owner: str, name: str, value: Value[Any] | None, file: Document, line: int) -> Iterator[str]:
    if isinstance(value, Known) and value.at is not None and not _is_on(value.at, file, line):
        yield f"{name} of {owner}: the one at {value.at} holds"


def _is_on(at: Location, file: Document, line: int) -> bool:
    return at.path == file.path and at.start.line <= line <= at.end.line
