"""Processes -> application servers: what they listen on and how long they take, after all files are read."""

from collections.abc import Iterator

from deploylint.dataclass import replace
from deploylint.facts import Known, Listener, Process, SocketUnit
from deploylint.formats.command_line.defaults import DEFAULTS
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import listeners, settings
from deploylint.model.links import AppServer, Deployment
from deploylint.model.places import Map
from deploylint.model.scripts import started_by_script


def servers(deployment: Deployment, places: Map) -> Iterator[AppServer]:
    """The application servers that processes are, one for each namespace that a process runs in."""
    handed = _handed(deployment)
    for process in deployment.every(Process):
        for namespace in deployment.homes(process):
            housed = (
                process if namespace == process.namespace else replace(process.whole, namespace=namespace)
            )
            for started in started_by_script(housed, deployment, places):
                server = _server(started, process, deployment, places)
                if server is not None:
                    if handed and started.full_name in handed:
                        # A server that gets its sockets from systemd opens none of its own by default.
                        own = tuple(x for x in server.listeners if not _is_default(x))
                        server = replace(server, listeners=own, handed=tuple(handed[started.full_name]))
                    yield server


def _handed(deployment: Deployment) -> dict[str, list[Listener]]:
    """The listeners of socket units, by the service that gets them."""
    units = deployment.every(SocketUnit)
    found: dict[str, list[Listener]] = {unit.service: [] for unit in units}
    services = {unit.name: unit.service for unit in units}
    for listener in deployment.stated if units else ():
        if listener.owner in services:
            found[services[listener.owner]].append(listener)
    return found


def _is_default(listener: Listener) -> bool:
    return isinstance(listener.address, Known) and listener.address.default


def unstarted(deployment: Deployment) -> Iterator[AppServer]:
    """Servers whose configuration is there and whose start is not: somebody starts them by hand."""
    formats = {document.format for document in deployment.documents}
    if "gunicorn" in formats:
        from deploylint.model import gunicorn  # noqa: PLC0415

        yield from gunicorn.unstarted(deployment)
    if "uwsgi" in formats:
        from deploylint.model import uwsgi  # noqa: PLC0415

        yield from uwsgi.unstarted(deployment)


def _server(process: Process, origin: Process, deployment: Deployment, places: Map) -> AppServer | None:
    invocation = process.invocation
    if invocation is None:
        return None
    # The readers of configuration files are imported when the first process needs them.
    if invocation.kind is Kind.GUNICORN:
        from deploylint.model import gunicorn  # noqa: PLC0415

        return gunicorn.server(process, origin, deployment, places)
    if invocation.kind is Kind.UWSGI:
        from deploylint.model import uwsgi  # noqa: PLC0415

        return uwsgi.server(process, origin, deployment)
    if invocation.kind not in DEFAULTS:
        return None
    found = listeners.stated(process, invocation) or listeners.default(process, invocation)
    values = settings.with_defaults(settings.stated(process, invocation), invocation)
    return AppServer(process, invocation.kind.value, found, values, origin=origin)
