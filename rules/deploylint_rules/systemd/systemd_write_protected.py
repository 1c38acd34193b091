from collections.abc import Iterator

from deploylint import Confidence, Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Process, ProcessHead
from deploylint.formats.command_line.invocation import Invocation
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activators
from deploylint.formats.systemd.services import is_true
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.values.address import UnixAddress
from deploylint.values.words import Word

_FOLDERS = {
    "RuntimeDirectory": "/run",
    "StateDirectory": "/var/lib",
    "CacheDirectory": "/var/cache",
    "LogsDirectory": "/var/log",
    "ConfigurationDirectory": "/etc",
}
_ALWAYS = ("/dev/", "/proc/", "/sys/")
_OPENED = ("ReadWritePaths", "ReadWriteDirectories", "BindPaths", "TemporaryFileSystem")


def _runs_on(head: ProcessHead) -> bool:
    _, service_type, _ = head
    return service_type != "oneshot"


@rule(
    Severity.WARNING,
    when=_runs_on,
    given=("ProtectSystem",),
    confidence=Confidence.MEDIUM,
    group=Group.CORRECTNESS,
    symptoms=("*[Errno 30] Read-only file system: *", "*Read-only file system*"),
)
def systemd_write_protected(process: Process, context: Context) -> Findings:
    """`ProtectSystem=strict` forbids what the server is told to write.

    ## Why is this bad?
    The whole file system is read-only for the service, but for /dev, /proc, /sys and what the unit opens for it.
    A socket, pid file or log elsewhere fails with "Read-only file system".

    ## Example
    ```systemd
    [Service]
    ProtectSystem=strict
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    ProtectSystem=strict
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock shop.wsgi
    ```

    ## When it is fine
    The socket comes from a socket unit. Files of `StandardOutput=` are opened by systemd itself.

    ## References
    systemd.exec(5), "ProtectSystem="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or file.is_user_unit:
        return
    unit = unit_of(file, context.project)
    line = unit.last("Service", "ProtectSystem")
    if line is None or line.value != "strict" or not unit.is_whole:
        return
    open_folders = _open_folders(unit)
    if open_folders is None:
        return
    activated = any(other.type == "socket" for other in activators(unit.name, context.project))
    for path, word in _written(invocation, sockets=not activated):
        if not path.startswith(_ALWAYS) and not f"{path}/".startswith(tuple(open_folders)):
            yield Finding(
                process.document.source.location(word.span.start, word.span.end),
                f"{path} is read-only for {process.name}",
                related=(Label(line.at, "because of this"),),
                help="add RuntimeDirectory=, LogsDirectory=, StateDirectory= or ReadWritePaths= for its folder",
            )


def _open_folders(unit: Unit) -> list[str] | None:
    """Folders that may be written, each with a slash at its end; None when they cannot be told."""
    found = []
    for name, parent in _FOLDERS.items():
        for word, line in unit.words("Service", name):
            resolved = None if line.opaque else resolve(word, unit.file_of(line))
            if resolved is None:
                return None
            found += [f"{parent}/{part}/" for part in resolved.strip("\"'").split(":")]
    for name in _OPENED:
        for word, line in unit.words("Service", name):
            resolved = None if line.opaque else resolve(word, unit.file_of(line))
            if resolved is None:
                return None
            target = resolved.strip("\"'").lstrip("-+").split(":")
            found += [f"{part.rstrip('/')}/" for part in target[:2] if part.startswith("/")]
    private = unit.last("Service", "PrivateTmp")
    dynamic = unit.last("Service", "DynamicUser")
    if any(line is not None and is_true(line) for line in (private, dynamic)):
        found += ["/tmp/", "/var/tmp/"]  # noqa: S108
    return found


def _written(invocation: Invocation, *, sockets: bool) -> Iterator[tuple[str, Word]]:
    for word in (invocation.pidfile, invocation.access_log, invocation.error_log):
        if word is not None and not word.opaque and word.value.startswith("/"):
            yield word.value, word
    for bind in invocation.binds if sockets else ():
        if isinstance(bind.address, UnixAddress) and bind.address.path.startswith("/"):
            yield bind.address.path, bind.words[-1]
