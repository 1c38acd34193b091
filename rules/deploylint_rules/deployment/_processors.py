"""How much of the machine's processors a server may use."""

from deploylint.facts import Known
from deploylint.model import AppServer
from deploylint.project import Project
from deploylint.source import Location
from deploylint_rules.deployment._units import unit_of_server


def limit_of(server: AppServer, project: Project) -> tuple[float, Location] | None:
    """The processors that a container or a unit may use, and where that is said; None without a limit."""
    if not server.process.namespace.is_host:
        return _of_container(server, project)
    unit = unit_of_server(server, project)
    line = unit.last("Service", "CPUQuota") if unit is not None else None
    percent = _number(line.value.removesuffix("%")) if line is not None and line.value.endswith("%") else None
    return None if line is None or percent is None else (percent / 100, line.at)


def _of_container(server: AppServer, project: Project) -> tuple[float, Location] | None:
    from deploylint.formats.compose.interpolation import text_value  # noqa: PLC0415  there is a container
    from deploylint.formats.compose.merged import merged_services  # noqa: PLC0415
    from deploylint.formats.compose.nodes import Mapping  # noqa: PLC0415

    home = server.process.namespace
    for one, settings in merged_services(project):
        if (one.name, settings.name) != (home.project, home.service):
            continue
        node = settings.last("cpus")
        inner = settings.last("deploy")
        for name in ("resources", "limits", "cpus"):
            inner = inner.get(name) if isinstance(inner, Mapping) else None
        written = text_value(node or inner, one.environment)
        number = _number(written.value) if isinstance(written, Known) else None
        if isinstance(written, Known) and written.at is not None and number:
            return number, written.at
    return None


def _number(text: str) -> float | None:
    digits = text.replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
