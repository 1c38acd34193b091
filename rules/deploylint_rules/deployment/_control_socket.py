"""Where gunicorn puts its control socket when nobody tells it."""

from deploylint.facts import Known, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.project import Project
from deploylint.targets import target

# Releases before have none, or have it in the working directory.
_SINCE = (25, 2, 0)


def in_home(server: AppServer, project: Project) -> bool:
    """Whether the socket is `.gunicorn/gunicorn.ctl` in the user's home: nobody moves it or does without it.

    Only of a release that the project names: many machines have an older one.
    """
    if server.kind != Kind.GUNICORN.value or server.process.invocation is None:
        return False
    off, place = server.setting("control_socket_disable"), server.setting("control_socket")
    if not isinstance(off, Known) or off.value or off.unless:
        return False
    # A place that somebody gives is known, or is unknown at a line.
    if not isinstance(place, Unknown) or place.at is not None or not _is_default(server):
        return False
    release = target(project, "gunicorn", server.process.document)
    return release is not None and release.version >= _SINCE


def _is_default(server: AppServer) -> bool:
    document = server.config.document if server.config is not None else None
    if server.config is not None and document is None:
        return False
    outcome = document.outcome if document is not None else None
    return outcome is None or (outcome.closed and "control_socket" not in outcome.names)
