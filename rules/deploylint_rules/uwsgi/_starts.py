"""Who starts uWSGI with a file, as the model links them."""

from deploylint.facts import SupervisorKind
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.model import AppServer
from deploylint.model.uwsgi import NAME
from deploylint.project import Project


def starting(project: Project, config: UwsgiConfig) -> list[AppServer]:
    """The servers of the project that a process of it starts with this file."""
    return [
        server
        for server in project.deployment_of(config).servers
        if server.kind == NAME
        and server.config is not None
        and server.config.document is config
        and server.process.invocation is not None
    ]


def supervised(server: AppServer) -> bool:
    """Whether something watches the process and stops it by signal, as a shell script and a Procfile's line do not."""
    return server.process.supervision.kind is not SupervisorKind.SCRIPT
