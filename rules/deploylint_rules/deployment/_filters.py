"""Who can connect to what listens on all interfaces."""

from deploylint.facts import Process, SupervisorKind
from deploylint.project import Project


def is_filtered(process: Process | None, project: Project) -> bool:
    """Whether systemd lets only some addresses through to a process (`IPAddressDeny=`)."""
    if process is None or process.supervision.kind is not SupervisorKind.SYSTEMD:
        return False
    from deploylint_rules.deployment._units import unit_of  # noqa: PLC0415  there is a unit, so it is loaded

    unit = unit_of(process, project)
    return unit is not None and bool(unit.all("Service", "IPAddressDeny"))
