import posixpath
from collections.abc import Iterator

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Process, SocketUnit, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.source import Location
from deploylint.values.address import TcpAddress, UnixAddress
from deploylint_rules.deployment._accounts import ROOT, starter
from deploylint_rules.deployment._units import unit_of_server

_SUPERVISORS = {SupervisorKind.SYSTEMD, SupervisorKind.SUPERVISOR}
_LOWEST = 1024
_REMEDIES = ("ip_unprivileged_port_start", "cap_net_bind_service", "authbind")


@rule(
    Severity.ERROR,
    given=(Process,),
    symptoms=(
        "PermissionError: [Errno 13] Permission denied: '/run/*'",
        "RuntimeError: * isn't writable",
        "Can't connect to ('*', 80)",
        "bind(): Permission denied *",
    ),
)
def unprivileged_cannot_create(server: AppServer, context: Context) -> Findings:
    """A server that does not run as root wants to create what only root may.

    ## Why is this bad?
    /run belongs to root, as does the folder / that a unit without `WorkingDirectory=` starts in and that a socket
    without a folder lies in then; ports below 1024 are for root as well. The server stops when it starts, and
    the supervisor starts it again and again.

    ## Example
    ```systemd
    [Service]
    User=www-data
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop.sock wsgi:app
    ```

    ## Use instead
    ```systemd
    [Service]
    User=www-data
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock wsgi:app
    ```

    ## When it is fine
    When a `.socket` unit hands the socket over, or the service has CAP_NET_BIND_SERVICE; the rule knows
    both.

    ## References
    - systemd.exec(5), RuntimeDirectory= and AmbientCapabilities=
    - https://github.com/benoitc/gunicorn/issues/1401
    """
    process = server.process
    user = starter(process)
    if (
        process.supervision.kind not in _SUPERVISORS
        or process.namespace != HOST
        or user is None
        or user in ROOT
    ):
        return
    invocation = process.invocation
    if invocation is None or invocation.wrapping.user is not None:
        return
    deployment = context.project.deployment_of(process.document)
    named = process.user.at if isinstance(process.user, Known) else None
    for value, at, what, help_ in _forbidden(server, deployment, context):
        yield Finding(
            at,
            f"{server.name} runs as {user}, who cannot create {what}",
            label="only root may create this",
            related=(Label(named, f"it runs as {user}"),) if named else (),
            help=help_,
            severity=Severity.WARNING if value.unless else None,
        )


def _forbidden(
    server: AppServer, deployment: Deployment, context: Context
) -> Iterator[tuple[Known[object], Location, str, str]]:
    """The value that asks for it, where it stands, what it is, and what to do."""
    name = (server.origin or server.process).name
    if any(unit.service == name for unit in deployment.every(SocketUnit)):
        return
    for listener in server.listeners:
        value = listener.address
        if not isinstance(value, Known):
            continue
        address = value.value
        if isinstance(address, UnixAddress) and not address.abstract:
            path, folder = address.path, posixpath.dirname(address.path)
            if folder == "/run":
                yield value, listener.at, path, _folder(server, path)
            elif folder == "/" and _starts_in_root_folder(server):
                yield value, listener.at, path, "give the socket's whole path, or add WorkingDirectory="
        elif (
            isinstance(address, TcpAddress)
            and 0 < address.port < _LOWEST
            and not _may_bind(server, deployment, context)
        ):
            advice = "listen on a port from 1024 on and let nginx have this one"
            yield value, listener.at, f"port {address.port}", advice
    match server.setting("pidfile"):
        case Known(value=str() as path, at=Location() as at) as value if posixpath.dirname(path) in (
            "/run",
            "/var/run",
        ):
            yield value, at, path, _folder(server, path)
        case _:
            pass


def _starts_in_root_folder(server: AppServer) -> bool:
    """Whether it opens relative paths in /, as units without WorkingDirectory= do and nothing else leads elsewhere."""
    process, invocation = server.process, server.process.invocation
    if invocation is None or not invocation.complete:
        return False
    if (
        not isinstance(process.directory, Known)
        or process.directory.value != "/"
        or not process.directory.default
    ):
        return False
    if invocation.chdir is not None or invocation.wrapping.directory is not None:
        return False
    if server.kind == Kind.GUNICORN.value:
        chdir = server.setting("chdir")
        return (chdir is None or chdir.at is None) and (
            not server.config or server.config.document is not None
        )
    return server.kind != Kind.UWSGI.value or _stays(server, len(invocation.config_files))


def _stays(server: AppServer, files: int) -> bool:
    """Whether no file of uWSGI's changes the folder."""
    if not files:
        return True
    if files > 1 or server.config is None or server.config.document is None:
        return False
    from deploylint.formats.uwsgi.settings import settings_of  # noqa: PLC0415  there is a file, so it is loaded

    read = settings_of(server.config.document)
    return read.complete and read.get("chdir") is None


def _folder(server: AppServer, path: str) -> str:
    stem = posixpath.basename(path).partition(".")[0]
    if server.process.supervision.kind is SupervisorKind.SYSTEMD:
        return f"add RuntimeDirectory={stem} and use /run/{stem}/"
    return f"create /run/{stem}/ for the user at boot (tmpfiles.d) and use it"


def _may_bind(server: AppServer, deployment: Deployment, context: Context) -> bool:
    """Whether something grants low ports: a capability of the unit, or a command in a script of the deployment."""
    unit = unit_of_server(server, context.project)
    if unit is not None and (
        unit.all("Service", "AmbientCapabilities") or unit.all("Service", "PrivateUsers")
    ):
        return True
    invocation = server.process.invocation
    if invocation is not None and "authbind" in invocation.wrapping.wrappers:
        return True
    return any(
        remedy in document.source.text
        for document in deployment.documents
        if document.format == "shell"
        for remedy in _REMEDIES
    )
