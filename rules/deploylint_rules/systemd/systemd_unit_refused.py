from functools import cache

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.services import is_true, service_type
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.template_marks import masked
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.source import Location
from deploylint.values.exec_line import parse_exec_line
from deploylint.values.unit_names import path_unit_name
from deploylint.vocabulary.systemd import keys

_ONESHOT_RESTART_SINCE = 244
_Refusal = tuple[str, tuple[Assignment, ...]]


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("*Refusing.", "*has a bad unit file setting.*"))
def systemd_unit_refused(file: UnitFile, context: Context) -> Findings:
    """Settings that do not go together, so that systemd refuses the unit.

    ## Why is this bad?
    Each line is valid by itself, but not with the others: two commands in a service that has one main process,
    `Restart=always` for a job that ends, a timer that never fires. The unit is not loaded at all. A drop-in that
    replaces `ExecStart=` must first empty it.

    ## Example
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```
    ```systemd title="systemd/shop.service.d/threads.conf"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --threads 4
    ```

    ## Use instead
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```
    ```systemd title="systemd/shop.service.d/threads.conf"
    [Service]
    ExecStart=
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --threads 4
    ```

    ## References
    systemd.service(5), systemd.socket(5), systemd.timer(5), systemd.path(5),
    systemd.mount(5)
    """
    if file.problems and any(problem.refused for problem in file.problems):
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or file.is_fragment or not file.source.text:
        return
    found = _refusal(unit, target_version(context.project))
    if found is None or any(line.opaque for line in found[1]):
        return
    message, lines = found
    at = lines[-1].at if lines else _header(file)
    yield Finding(
        at,
        f"{message}. Refusing.",
        label="systemd refuses the unit",
        related=tuple(Label(line.at) for line in lines[:-1]),
        help=_help(message),
    )


def _refusal(unit: Unit, version: int) -> _Refusal | None:
    match unit.type:
        case "service":
            return _service(unit, version)
        case "socket":
            return _socket(unit)
        case "timer" if not any(_lines(unit, "Timer", "On")):
            return "Timer unit lacks value setting", ()
        case "path" if not any(_lines(unit, "Path", "Path", "Dir")):
            return "Path unit lacks path setting", ()
        case "mount" | "automount":
            return _mount(unit)
        case _:
            return None


def _lines(unit: Unit, section: str, *beginnings: str) -> list[list[Assignment]]:
    """The lines of each key that begins so."""
    return [unit.lines[place] for place in _places(section, *beginnings) if place in unit.lines]


@cache
def _places(section: str, *beginnings: str) -> tuple[tuple[str, str], ...]:
    return tuple((section, name) for name in keys(section) if name.startswith(beginnings))


def _service(unit: Unit, version: int) -> _Refusal | None:
    """What service_verify refuses (systemd, src/core/service.c), but for a missing ExecStart=."""
    kind = service_type(unit)
    if kind != "oneshot":
        starts = unit.all("Service", "ExecStart")
        if _has_several_commands(starts, version):
            return (
                "Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services",
                tuple(starts),
            )
    elif (restart := unit.last("Service", "Restart")) is not None:
        named = tuple(unit.all("Service", "Type")[-1:])
        if restart.value in ("always", "on-success"):
            return (
                "Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services",
                (*named, restart),
            )
        if version < _ONESHOT_RESTART_SINCE and restart.value != "no":
            return (
                "Service has Restart= setting other than no, which isn't allowed for Type=oneshot services",
                (
                    *named,
                    restart,
                ),
            )
    if kind == "dbus" and unit.last("Service", "BusName") is None:
        return "Service is of type D-Bus but no D-Bus service name has been specified", tuple(
            unit.all("Service", "Type")[-1:]
        )
    pam = unit.last("Service", "PAMName")
    kill = unit.last("Service", "KillMode") if pam is not None else None
    if pam is not None and kill is not None and kill.value in ("process", "none"):
        return "Service has PAM enabled. Kill mode must be set to 'control-group' or 'mixed'", (pam, kill)
    return None


def _has_several_commands(lines: list[Assignment], version: int) -> bool:
    if not lines or (len(lines) < 2 and ";" not in lines[0].value):
        return False
    return sum(_commands(line, version) for line in lines) > 1


def _commands(line: Assignment, version: int) -> int:
    return len(parse_exec_line(masked(line.value), version=version).commands)


def _socket(unit: Unit) -> _Refusal | None:
    """What socket_verify refuses (systemd, src/core/socket.c)."""
    listens = [line for lines in _lines(unit, "Socket", "Listen") for line in lines]
    if not listens:
        return "Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, ...)", ()
    accept = unit.last("Socket", "Accept")
    if accept is None or not is_true(accept):
        return None
    deaf = [line for line in listens if line.name not in ("ListenStream", "ListenSequentialPacket")]
    if deaf:
        return "Unit configured for accepting sockets, but sockets are non-accepting", (deaf[0], accept)
    service = unit.last("Socket", "Service")
    if service is not None:
        return "Explicit service configuration for accepting socket units not supported", (accept, service)
    return None


def _mount(unit: Unit) -> _Refusal | None:
    """What mount_verify and automount_verify refuse (systemd, src/core/mount.c and automount.c)."""
    section = unit.type.title()
    where = unit.last(section, "Where")
    name = unit.unit_name
    if where is not None and (where.opaque or "%" in where.value or name is None or name.is_template):
        return None
    if where is not None and unit.name != path_unit_name(where.value, unit.type):
        return "Where= setting doesn't match unit name", (where,)
    if unit.type == "mount" and unit.last(section, "What") is None:
        return "What= setting is missing", ()
    return None


def _header(file: UnitFile) -> Location:
    section = file.section(file.type.title()) or (file.sections[0] if file.sections else None)
    return section.at if section else file.source.location(0, 0)


def _help(message: str) -> str | None:
    if "more than one ExecStart" in message:
        return (
            "a drop-in puts an empty ExecStart= before its own; several commands in a row take Type=oneshot"
        )
    if "match unit name" in message:
        return "a mount is named after its path: systemd-escape --path tells the name"
    if "lacks value" in message:
        return "add OnCalendar= or another On key"
    return None
