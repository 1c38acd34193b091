"""The systemd unit behind a process or a server."""

from deploylint.facts import Process
from deploylint.formats.systemd.unit import Unit, project_units
from deploylint.formats.systemd.unit_file import UnitFile
from deploylint.model import AppServer
from deploylint.project import Project


def unit_of(process: Process, project: Project) -> Unit | None:
    """The unit that starts a process; None for processes of other supervisors."""
    document = process.document
    return project_units(project).get(document) if isinstance(document, UnitFile) else None


def unit_of_server(server: AppServer, project: Project) -> Unit | None:
    """The unit that starts a server, also through a script."""
    return unit_of(server.origin or server.process, project)
