from functools import lru_cache

from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activators
from deploylint.formats.systemd.unit import unit_of, units_named, units_setting
from deploylint.project import Project
from deploylint.vocabulary.systemd import keys

_AFTER_THE_UNIT = frozenset({"OnUnitActiveSec", "OnUnitInactiveSec"})
_STARTS = ("WantedBy", "RequiredBy", "UpheldBy", "Alias", "Also")


@rule(Severity.WARNING, given=(_AFTER_THE_UNIT,), group=Group.RELIABILITY)
def systemd_timer_never_fires(file: UnitFile, context: Context) -> Findings:
    """A timer that waits for its service, which only the timer starts.

    ## Why is this bad?
    `OnUnitActiveSec=` and `OnUnitInactiveSec=` count from the last run of the service. After a boot there was
    none, so that the timer waits for ever.

    ## Example
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnUnitActiveSec=1h
    ```
    ```systemd title="systemd/backup.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup
    ```

    ## Use instead
    ```systemd title="systemd/backup.timer"
    [Timer]
    OnBootSec=5min
    OnUnitActiveSec=1h
    ```
    ```systemd title="systemd/backup.service"
    [Service]
    Type=oneshot
    ExecStart=/srv/shop/backup
    ```

    ## When it is fine
    Something else starts the service once after each boot.

    ## References
    systemd.timer(5)
    """
    if file.type != "timer" or file.is_fragment:
        return
    unit = unit_of(file, context.project)
    triggers = {name for name in keys("Timer") if name.startswith("On") and unit.all("Timer", name)}
    if not unit.is_whole or not triggers or not triggers <= _AFTER_THE_UNIT:
        return
    name = unit.value("Timer", "Unit") or f"{unit.name.removesuffix('.timer')}.service"
    if _only_by_timer(name, context.project):
        line = unit.all("Timer", min(triggers))[0]
        yield Finding(
            line.at,
            f"{unit.name} never fires: it counts from the last run of {name}, which nobody else starts",
            help="add OnBootSec= for the first run",
        )


def _only_by_timer(name: str, project: Project) -> bool:
    """Whether the service is in the project, and neither the boot nor another unit starts it."""
    service = next(iter(units_named(name, project)), None)
    if service is None or not service.is_whole or len(activators(name, project)) > 1:
        return False
    return not any(service.all("Install", key) for key in _STARTS) and name not in _pulled(project)


@lru_cache(maxsize=1)
def _pulled(project: Project) -> frozenset[str]:
    """The names of what units other than timers start."""
    return frozenset(
        word
        for key in ("Wants", "Requires", "BindsTo", "Upholds", "OnSuccess", "OnFailure")
        for unit in units_setting("Unit", key, project)
        if unit.type != "timer"
        for word, _ in unit.words("Unit", key)
    )
