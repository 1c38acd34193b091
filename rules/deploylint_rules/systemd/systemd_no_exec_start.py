from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.services import is_true
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.source import Location
from deploylint.vocabulary.systemd import choices


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Service has no ExecStart=*", "*bad unit file setting*"),
)
def systemd_no_exec_start(unit: UnitFile, context: Context) -> Findings:
    """A service that starts nothing.

    ## Why is this bad?
    systemd refuses a service without `ExecStart=`, unless it is there for its `ExecStop=` or `SuccessAction=`.
    An empty `ExecStart=` takes back all lines before it.

    ## Example
    ```systemd
    [Unit]
    Description=Shop

    [Service]
    User=shop
    ```

    ## Use instead
    ```systemd
    [Unit]
    Description=Shop

    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    `Type=oneshot` with `RemainAfterExit=yes` and `ExecStop=`: a service that only cleans up. An empty file
    masks the unit.

    ## References
    systemd.service(5)
    """
    if unit.type != "service" or unit.is_fragment or not unit.source.text:
        return
    whole = unit_of(unit, context.project)
    if whole.all("Service", "ExecStart") or not whole.is_whole or _is_broken(unit):
        return
    reason = _refusal(whole, target_version(context.project))
    if reason is not None:
        yield Finding(
            _place(unit),
            f"Service has no {reason}. Refusing.",
            label="systemd refuses the unit",
            help="add ExecStart= with what the service runs",
        )


def _is_broken(unit: UnitFile) -> bool:
    """Whether systemd refuses the file before it comes to this."""
    return any(problem.refused for problem in unit.problems)


def _refusal(unit: Unit, version: int) -> str | None:
    """What service_verify says of one without ExecStart= (systemd 252, src/core/service.c)."""
    success = _success_action(unit, version)
    if not unit.all("Service", "ExecStop") and success == "none":
        return "ExecStart=, ExecStop=, or SuccessAction="
    if (unit.value("Service", "Type") or "oneshot") != "oneshot":
        return "ExecStart= setting, which is only allowed for Type=oneshot services"
    remains = unit.last("Service", "RemainAfterExit")
    if success == "none" and not (remains is not None and (remains.opaque or is_true(remains))):
        return "ExecStart= and no SuccessAction= settings and does not have RemainAfterExit=yes set"
    return None


def _success_action(unit: Unit, version: int) -> str:
    """The last action that the release knows; it ignores others."""
    taken = choices("config_parse_emergency_action", version)
    known = [
        line.value
        for line in unit.all("Unit", "SuccessAction")
        if taken is None or line.opaque or line.value in taken.words
    ]
    return known[-1] if known else "none"


def _place(unit: UnitFile) -> Location:
    section = unit.section("Service") or (unit.sections[0] if unit.sections else None)
    return section.at if section else unit.source.location(0, 0)
