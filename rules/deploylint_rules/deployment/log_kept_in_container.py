from collections.abc import Iterator

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Mount, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.source import Location

_GUNICORN = ("accesslog", "errorlog")
_UWSGI = ("logto", "logto2", "daemonize", "daemonize2")


@rule(Severity.NOTE, given=(Process,), group=Group.RELIABILITY, confidence=Confidence.MEDIUM, pedantic=True)
def log_kept_in_container(server: AppServer, context: Context) -> Findings:
    """A server in a container writes its log to a file that goes with the container.

    ## Why is this bad?
    `docker compose logs` shows nothing, and the file is gone as soon as the container is made anew, which every
    deployment does. Until then it grows without limit.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --error-logfile /var/log/shop.log --bind 0.0.0.0:8000 shop.wsgi
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --error-logfile - --bind 0.0.0.0:8000 shop.wsgi
    ```

    ## When it is fine
    Where a volume holds the folder, or the image makes the file a link to /dev/stdout; both are not reported.

    ## References
    - https://docs.docker.com/engine/logging/
    - https://docs.gunicorn.org/en/latest/settings.html#errorlog
    """
    process = server.process
    deployment = context.project.deployment_of(process.document)
    service = deployment.networks.services.get(process.namespace)
    if service is None or service.sees_more:
        return
    for path, at in _logs(server):
        if path.startswith(("/dev/", "/proc/")) or _is_kept(path, server, deployment):
            continue
        yield Finding(
            at,
            f"{path} stays in the container {service.name} and is lost with it",
            label="docker compose logs does not show what is written here",
            help="log to the standard output",
        )


def _logs(server: AppServer) -> Iterator[tuple[str, Location]]:
    """The absolute paths of log files, as far as they are known."""
    if server.kind == Kind.GUNICORN.value:
        for name in _GUNICORN:
            match server.setting(name):
                case Known(value=str() as path, at=Location() as at) if path.startswith("/"):
                    yield path, at
                case _:
                    pass
    elif server.kind == Kind.UWSGI.value and server.config is not None and server.config.document is not None:
        from deploylint.formats.uwsgi.settings import settings_of  # noqa: PLC0415  there is a file, so it is loaded

        settings = settings_of(server.config.document)
        for name in _UWSGI:
            match settings.text(name):
                case Known(value=str() as path, at=Location() as at) if path.startswith("/"):
                    yield path, at
                case _:
                    pass


def _is_kept(path: str, server: AppServer, deployment: Deployment) -> bool:
    """Whether a mount holds the file, or something of the project links it elsewhere."""
    mounted = any(
        mount.kind != "copy" and f"{path}/".startswith(f"{mount.target.rstrip('/')}/")
        for mount in deployment.every(Mount)
        if mount.service.namespace == server.process.namespace
    )
    return mounted or any(
        path in line and "/dev/std" in line
        for document in deployment.documents
        if document.format in ("dockerfile", "shell")
        for line in document.source.text.splitlines()
    )
