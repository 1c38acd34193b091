from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.compose.merged import has, merged_services
from deploylint.formats.compose.nodes import Mapping
from deploylint.model.variants import is_development
from deploylint.project import Project
from deploylint.values.errors import printable

_ENDS = frozenset({Kind.DJANGO, Kind.OTHER, Kind.SHELL, Kind.PYTHON, Kind.CELERY})


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def compose_no_restart(project: Project) -> Findings:
    """A server without restart policy stays down after a crash or a reboot.

    ## Why is this bad?
    Docker's default is `no`: when the process dies, or the host boots, nobody starts the container again.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        restart: unless-stopped
    ```

    ## When it is fine
    For jobs that end, and where something else, such as a systemd unit, starts the project.

    ## References
    - https://docs.docker.com/engine/containers/start-containers-automatically/
    """
    servers = {
        (process.namespace.project, process.namespace.service)
        for process in project.every(Process)
        if process.kind not in (None, *_ENDS)
        and process.supervision.kind is SupervisorKind.COMPOSE
        and isinstance(process.supervision.restart, Known)
        and process.supervision.restart.default
    }
    for one, settings in merged_services(project):
        if is_development(settings.at.path) or has(settings, "restart"):
            continue
        deploy = settings.last("deploy")
        if isinstance(deploy, Mapping) and "restart_policy" in deploy.merged:
            continue
        if (one.name, settings.name) in servers:
            yield Finding(
                settings.at,
                printable(f'service "{settings.name}" stays down after a crash or a reboot'),
                label="no restart policy",
                help="add restart: unless-stopped",
            )
