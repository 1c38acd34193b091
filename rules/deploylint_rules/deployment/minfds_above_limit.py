from collections.abc import Iterator

from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import Deployment
from deploylint.model.configurations import named
from deploylint.project import Project
from deploylint.source import Location
from deploylint_rules.deployment._accounts import ROOT, starter

_MAY_RAISE = {"ALL", "SYS_RESOURCE", "CAP_SYS_RESOURCE"}


@rule(
    Severity.ERROR,
    given=(Process, "supervisor", "minfds", ("LimitNOFILE", "nofile")),
    group=Group.VALIDITY,
    symptoms=("Error: The minimum number of file descriptors required to run this process is *",),
)
def minfds_above_limit(deployment: Deployment, context: Context) -> Findings:
    """supervisord wants more open files than it may have, and does not start.

    ## Why is this bad?
    supervisord tries to raise the limit of open files to `minfds` and ends where it may not. The limit that a unit
    or a container sets is a hard one: only root with CAP_SYS_RESOURCE can exceed it, and root in a container has not
    got that.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true
    minfds=65536
    ```
    ```systemd title="supervisord.service"
    [Service]
    User=shop
    LimitNOFILE=8192
    ExecStart=/usr/bin/supervisord -c /srv/shop/supervisord.conf
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]
    nodaemon=true
    minfds=65536
    ```
    ```systemd title="supervisord.service"
    [Service]
    User=shop
    LimitNOFILE=65536
    ExecStart=/usr/bin/supervisord -c /srv/shop/supervisord.conf
    ```

    ## References
    - https://supervisord.org/configuration.html#supervisord-section-settings
    - systemd.exec(5), "LimitNOFILE="
    """
    for process in deployment.every(Process):
        wanted = _wanted(process, deployment)
        limit = _limit(process, context.project) if wanted is not None else None
        if wanted is None or limit is None or limit[0] >= wanted[0]:
            continue
        yield Finding(
            wanted[1],
            f"supervisord does not start: {process.name} may have {limit[0]} open files, minfds is {wanted[0]}",
            label="supervisord asks for this many",
            related=(Label(limit[1], "and may have this many"),),
            help=f"raise the limit to {wanted[0]}, or lower minfds",
        )


def _wanted(process: Process, deployment: Deployment) -> tuple[int, Location] | None:
    """`minfds` of the file that a supervisord is started with, where it cannot raise the limit itself."""
    invocation = process.invocation if process.kind is Kind.SUPERVISORD else None
    if invocation is None or not invocation.config_files:
        return None
    if not invocation.complete or invocation.last("minfds") is not None:
        return None
    _, document = named(invocation.config_files[-1], process, deployment, "supervisor")
    found = {
        option.name: option
        for section in (document.sections if document is not None and not document.templated else ())
        for option in section.options
        if section.title == "supervisord"
    }
    minfds, user = found.get("minfds"), found.get("user")
    if minfds is None or not minfds.value.isdecimal() or len(minfds.value) > 9:
        return None
    account = user.value if user is not None else starter(process)
    if process.namespace.is_host and (account is None or account in ROOT or "%" in account):
        return None
    return int(minfds.value), minfds.at


def _limit(process: Process, project: Project) -> tuple[int, Location] | None:
    """The hard limit that starts with the process, and where it is set."""
    if process.supervision.kind is SupervisorKind.SYSTEMD:
        from deploylint_rules.deployment._units import unit_of  # noqa: PLC0415  there is a unit

        unit = unit_of(process, project)
        line = unit.last("Service", "LimitNOFILE") if unit is not None and unit.is_whole else None
        number = line.value.rpartition(":")[2] if line is not None else ""
        may_raise = unit is not None and bool(unit.all("Service", "AmbientCapabilities"))
        return (int(number), line.at) if line is not None and number.isdecimal() and not may_raise else None
    return next(_of_container(process, project), None)


def _of_container(process: Process, project: Project) -> Iterator[tuple[int, Location]]:
    if process.namespace.is_host or process.supervision.kind is not SupervisorKind.COMPOSE:
        return
    from deploylint.formats.compose.interpolation import text_value  # noqa: PLC0415  there is a container
    from deploylint.formats.compose.keys import flag, names  # noqa: PLC0415
    from deploylint.formats.compose.merged import merged_services  # noqa: PLC0415
    from deploylint.formats.compose.nodes import Mapping  # noqa: PLC0415

    home = process.namespace
    for one, settings in merged_services(project):
        if (one.name, settings.name) != (home.project, home.service):
            continue
        limits = settings.last("ulimits")
        node = limits.get("nofile") if isinstance(limits, Mapping) else None
        written = text_value(node.get("hard") if isinstance(node, Mapping) else node, one.environment)
        given = {name.upper() for name in names(settings.all("cap_add"), one.environment)}
        if flag(settings, "privileged", one.environment) or given & _MAY_RAISE:
            continue
        if isinstance(written, Known) and written.at is not None and written.value.isdecimal():
            yield int(written.value), written.at
