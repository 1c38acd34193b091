from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection
from deploylint.typed import TYPE_CHECKING, cast
from deploylint.values.address import UnixAddress
from deploylint_rules.deployment._accounts import nginx_users, worker

_MODES = ("chmod-socket", "chmod", "chown-socket", "umask")
_OTHERS_WRITE, _GROUP_WRITE = 0o002, 0o020


if TYPE_CHECKING:
    from deploylint.formats.systemd.unit_file import UnitFile
    from deploylint.project import Project


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=("connect() to unix:* failed (13: Permission denied)",),
)
def socket_not_accessible(route: Route, context: Context) -> Findings:
    """nginx may not connect to the application's unix socket.

    ## Why is this bad?
    Connecting needs the right to write to the socket and to enter every folder above it. nginx's workers
    run as an account of their own; without these rights every request ends as 502, and the log says
    `(13: Permission denied)`.

    uWSGI creates its socket with mode 0755: nobody but its own account may connect. gunicorn's socket is
    open for all, unless `umask` says otherwise. Home folders are closed to others on new systems.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            include uwsgi_params;
            uwsgi_pass unix:/run/shop/web.sock;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    socket = /run/shop/web.sock
    module = wsgi:app
    uid = shop
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            include uwsgi_params;
            uwsgi_pass unix:/run/shop/web.sock;
        }
    }
    ```
    ```uwsgi
    [uwsgi]
    socket = /run/shop/web.sock
    chown-socket = shop:www-data
    chmod-socket = 660
    module = wsgi:app
    uid = shop
    ```

    ## When it is fine
    When the accounts were put into one group, or the folder opened, by hand on the server.

    ## References
    - unix(7), "Pathname socket ownership and permissions"
    - https://github.com/bepasty/bepasty-server/issues/277
    """
    if not any(
        isinstance(known := target.address, Known) and isinstance(known.value, UnixAddress)
        for target in route.targets
    ):
        return  # most routes, and they do without the model
    if not _is_listened_on(context.project):
        return
    for connection in context.project.deployment_of(route.document).connections_of(route):
        if connection.namespace == HOST:
            yield from _closed(connection, context)


def _is_listened_on(project: "Project") -> bool:
    """Whether anybody may listen on a socket with a path: with nginx alone at hand, only one that it opens itself."""
    known: bool | None = project.memo.get("sockets")
    if known is None:
        known = project.memo["sockets"] = any(
            document.format != "nginx" for document in project.documents
        ) or any(
            isinstance(listener.address, Known) and isinstance(listener.address.value, UnixAddress)
            for listener in project.every(Listener)
        )
    return known


def _closed(connection: Connection, context: Context) -> Findings:
    users = nginx_users(context.project.deployment_of(connection.route.document))
    servers = {id(listener): server for server in connection.servers for listener in server.listeners}
    for listener in connection.listeners:
        match listener.address:
            case Known(value=UnixAddress(path=path, abstract=False)) if listener.namespace == HOST:
                pass
            case _:
                continue
        server = servers.get(id(listener))
        why = next(
            (
                reason
                for reason in (
                    _closed_by_uwsgi(server, users) if server else None,
                    _closed_by_umask(server, users) if server else None,
                    _closed_by_socket_unit(listener, users, context),
                    _closed_by_folder(path, users),
                )
                if reason
            ),
            None,
        )
        if why is not None:
            yield Finding(
                listener.at,
                f"nginx may not connect to {path}: {why[0]}",
                label="this socket is not for nginx",
                related=(Label(connection.target.at, "nginx connects to it"),),
                help=why[1],
            )


_Reason = tuple[str, str] | None


def _closed_by_uwsgi(server: AppServer, users: frozenset[str]) -> _Reason:
    """uWSGI's socket has mode 0755 without chmod-socket and belongs to uid (core/socket.c)."""
    user = worker(server)
    if server.kind != Kind.UWSGI.value or user is None or user in users:
        return None
    invocation, config = server.process.invocation, server.config
    if invocation is not None and (
        not invocation.complete or any(invocation.all(name) for name in (*_MODES, "C"))
    ):
        return None
    if config is not None:
        if config.document is None or config.document.format != "uwsgi":
            return None
        from deploylint.formats.uwsgi.settings import settings_of  # noqa: PLC0415  the file was read, so it is loaded

        read = settings_of(config.document)
        if not read.complete or read.get(*_MODES) is not None:
            return None
    return (
        f"uWSGI opens it for {user} alone",
        "set chmod-socket = 660 and chown-socket to a group that nginx is in",
    )


def _closed_by_umask(server: AppServer, users: frozenset[str]) -> _Reason:
    """gunicorn's socket has mode 0777 without its umask's bits (gunicorn/sock.py, UnixSocket.bind)."""
    match server.setting("umask"):
        case Known(value=int() as mask, default=False) if (
            mask & _OTHERS_WRITE and server.kind == Kind.GUNICORN.value
        ):
            pass
        case _:
            return None
    user = worker(server)
    if user is None or user in users or (_has_group(server) and not mask & _GROUP_WRITE):
        return None
    return (
        f"umask {mask:03o} keeps it from everybody but {user}",
        "leave umask out, or set group to nginx's group",
    )


def _has_group(server: AppServer) -> bool:
    """Whether the socket gets a group that nginx may well be in."""
    wanted, group = server.setting("group"), server.process.group
    return (
        (wanted is not None and wanted.at is not None)
        or not isinstance(group, Known)
        or group.value is not None
    )


def _closed_by_socket_unit(listener: Listener, users: frozenset[str], context: Context) -> _Reason:
    document = listener.document
    match listener.mode:
        case Known(value=int() as mode) if document.format == "systemd" and not mode & _OTHERS_WRITE:
            pass
        case _:
            return None
    from deploylint.formats.systemd.unit import project_units  # noqa: PLC0415  for socket units only

    unit = project_units(context.project).get(cast("UnitFile", document))
    if unit is None or not unit.is_whole:
        return None
    user, group = unit.value("Socket", "SocketUser"), unit.value("Socket", "SocketGroup")
    if user in users or (mode & _GROUP_WRITE and (group is not None or user is not None)):
        return None
    return (
        f"SocketMode={mode:04o} keeps it from everybody but {user or 'root'}",
        "set SocketUser= or SocketGroup= to nginx's account",
    )


def _closed_by_folder(path: str, users: frozenset[str]) -> _Reason:
    """Home folders: mode 0700 or 0750 (adduser.conf(5), DIR_MODE; login.defs(5), HOME_MODE)."""
    parts = path.split("/")
    if path.startswith("/root/"):
        owner, folder = "root", "/root"
    elif path.startswith("/home/") and len(parts) > 3:
        owner, folder = parts[2], f"/home/{parts[2]}"
    else:
        return None
    if owner in users:
        return None
    return (
        f"{folder} is closed to other accounts",
        f"put the socket into a RuntimeDirectory= of {owner}'s service",
    )
