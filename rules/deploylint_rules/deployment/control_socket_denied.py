from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Mount, Process
from deploylint.model import AppServer, is_gunicorn
from deploylint.source import Location
from deploylint_rules.deployment._control_socket import in_home
from deploylint_rules.deployment._units import unit_of_server

# Settings of a unit that may open the folder that is somebody's home.
_OPENING = (
    "StateDirectory", "CacheDirectory", "ReadWritePaths", "ReadWriteDirectories", "BindPaths", "TemporaryFileSystem",
    "RootDirectory", "RootImage", "PAMName",
)  # fmt: skip


@rule(
    Severity.NOTE,
    when=is_gunicorn,
    given=(Process, ("ProtectSystem", "read_only")),
    confidence=Confidence.MEDIUM,
    symptoms=("[ERROR] Control server error: [Errno 30] Read-only file system: '*'",),
)
def control_socket_denied(server: AppServer, context: Context) -> Findings:
    """gunicorn wants its control socket in a home that it may not write to.

    ## Why is this bad?
    Since 25.2 gunicorn makes `~/.gunicorn/gunicorn.ctl` when it starts. Where the file system is read-only it logs
    `Control server error` at every start, and `gunicornc` finds nobody. Requests are served all the same.

    ## Example
    ```systemd
    [Service]
    Type=notify
    User=shop
    ProtectSystem=strict
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock shop.wsgi
    ```
    ```text title="requirements.txt"
    gunicorn==27.0.1
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=notify
    User=shop
    ProtectSystem=strict
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --control-socket /run/shop/gunicorn.ctl --bind unix:/run/shop/web.sock shop.wsgi
    ```
    ```text title="requirements.txt"
    gunicorn==27.0.1
    ```

    ## When it is fine
    With an older gunicorn: only a release that the project names is looked at. `--no-control-socket` does without.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#control-socket
    - https://github.com/benoitc/gunicorn/issues/3551
    """
    at = _read_only(server, context)
    if at is not None and in_home(server, context.project):
        yield Finding(
            server.process.at,
            f"{server.name} cannot make its control socket: its home is read-only",
            label="the socket would be in ~/.gunicorn",
            related=(Label(at, "makes the file system read-only"),),
            help="give control_socket a path that it may write, or set control_socket_disable",
        )


def _read_only(server: AppServer, context: Context) -> Location | None:
    """The line that makes every home read-only; None where a home may be written."""
    variables = server.process.environment.variables
    if isinstance(variables.get("HOME"), Known) or isinstance(variables.get("XDG_RUNTIME_DIR"), Known):
        return None
    if server.process.namespace.is_host:
        unit = unit_of_server(server, context.project)
        if unit is None or not unit.is_whole or unit.is_user_unit:
            return None
        line = unit.last("Service", "ProtectSystem")
        opened = any(unit.all("Service", name) for name in _OPENING)
        return line.at if line is not None and line.value == "strict" and not opened else None
    return _of_container(server, context)


def _of_container(server: AppServer, context: Context) -> Location | None:
    from deploylint.formats.compose.keys import flag  # noqa: PLC0415  there is a container
    from deploylint.formats.compose.merged import merged_service  # noqa: PLC0415

    home = server.process.namespace
    deployment = context.project.deployment_of(server.process.document)
    mounts = deployment.having(Mount, "service.namespace", home)
    if any(not mount.read_only and mount.kind != "copy" for mount in mounts):
        return None
    found = merged_service(context.project, home)
    if found is None:
        return None
    one, settings = found
    node = settings.last("read_only")
    written = any("/tmp" not in item.at.text for item in settings.all("tmpfs"))  # noqa: S108
    read_only = node is not None and flag(settings, "read_only", one.environment) and not written
    return node.at if node is not None and read_only else None
