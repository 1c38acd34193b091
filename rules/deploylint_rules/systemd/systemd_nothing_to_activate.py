from functools import lru_cache

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.activation import activated
from deploylint.formats.systemd.unit import unit_of, units_in, units_named
from deploylint.project import Project
from deploylint.values.errors import InvalidValue
from deploylint.values.unit_names import parse_unit_name
from deploylint.vocabulary.nearest import nearest_of_few
from deploylint.vocabulary.systemd import well_known_unit

_KEYS = {"socket": "Service", "timer": "Unit", "path": "Unit"}


@rule(
    Severity.ERROR,
    given=(("Socket", "Timer", "Path"),),
    group=Group.CORRECTNESS,
    symptoms=("*service * not loaded, socket cannot be started.", "*Unit to trigger not loaded*"),
)
def systemd_nothing_to_activate(file: UnitFile, context: Context) -> Findings:
    """A socket, timer or path whose service is not there.

    ## Why is this bad?
    `shop.socket` hands its connections to `shop.service`, or to what `Service=` names; a timer and a path start
    the service of their own name, or what `Unit=` names. Without it systemd does not start them, and
    `systemd-analyze verify` says nothing of timers.

    ## Example
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnCalendar=daily
    ```
    ```systemd title="systemd/backups.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup
    ```

    ## Use instead
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnCalendar=daily
    Unit=backups.service
    ```
    ```systemd title="systemd/backups.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup
    ```

    ## When it is fine
    The service comes from a package. Nothing is said where no unit of the folder has a similar name.

    ## References
    systemd.socket(5), systemd.timer(5), systemd.path(5)
    """
    if file.is_fragment or file.type not in _KEYS or file.is_template:
        return
    unit = unit_of(file, context.project)
    name = activated(unit)
    if (
        not unit.is_whole
        or not _is_plain_name(name)
        or units_named(name, context.project)
        or well_known_unit(name)
    ):
        return
    candidates = _in_folder(file.path.rpartition("/")[0], context.project)
    meant = nearest_of_few(name, candidates) or (candidates[0] if len(candidates) == 1 else None)
    if meant is None:
        return
    line = unit.last(file.type.title(), _KEYS[file.type])
    section = file.section(file.type.title())
    if line is None and section is None:
        return
    at = (
        line.value_at
        if isinstance(line, Assignment)
        else section.at
        if section
        else file.source.location(0, 0)
    )
    yield Finding(
        at,
        f"{unit.name} starts {name}, which is not there",
        help=f"rename one of them, or write {_KEYS[file.type]}={meant}",
    )


def _is_plain_name(name: str) -> bool:
    try:
        return parse_unit_name(name).instance is None
    except InvalidValue:
        return False


@lru_cache(maxsize=1)
def _in_folder(folder: str, project: Project) -> list[str]:
    """Services of a folder that no other unit activates."""
    beside = units_in(folder, project)
    taken = {activated(unit) for unit in beside if unit.type in _KEYS}
    return [
        unit.name
        for unit in beside
        if unit.type == "service"
        and unit.name not in taken
        and not unit.all("Install", "WantedBy")
        and _is_plain_name(unit.name)
    ]
