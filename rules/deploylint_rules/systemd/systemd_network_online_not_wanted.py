from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import Unit, unit_of, units_named, units_setting
from deploylint.pattern import pattern
from deploylint.project import Project

_TARGET = "network-online.target"
_PULLING = "units that pull network-online.target"
# `drbd@%i.service` is an instance of `drbd@.service`.
_INSTANCE = pattern(r"(?<=@).*(?=\.\w++$)")
_PULLS = ("Wants", "Requires", "BindsTo", "Requisite", "Upholds")


def _names_target(value: str) -> bool:
    return _TARGET in value.split()


@rule(Severity.WARNING, mentions=(_TARGET,), group=Group.RELIABILITY, named=("After",), when=_names_target)
def systemd_network_online_not_wanted(assignment: Assignment, context: Context) -> Findings:
    """After `network-online.target`, which nobody asks for.

    ## Why is this bad?
    `After=` only orders: it does not start anything. The target is not part of every boot. When no unit wants it,
    nothing waits for the network, and the service starts without it.

    ## Example
    ```systemd
    [Unit]
    After=network-online.target

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## Use instead
    ```systemd
    [Unit]
    After=network-online.target
    Wants=network-online.target

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## When it is fine
    Something else on the machine wants the target, as cloud-init does. Of units that no boot starts by themselves
    nothing is said: timers run their jobs long after it.

    ## Fix safety
    Unsafe: the boot may take longer.

    ## References
    systemd.special(7), "network-online.target"; https://systemd.io/NETWORK_ONLINE/
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Unit":
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or unit.name in _pulling(context.project):
        return
    start = assignment.value.find(_TARGET)
    if not _is_started_without(unit, context.project):
        return
    end = assignment.at.span.end
    yield Finding(
        assignment.value_location(start, start + len(_TARGET)),
        f"{unit.name} is ordered after {_TARGET}, but nothing starts that",
        help=f"add Wants={_TARGET}",
        fix=Fix(
            f"add Wants={_TARGET}",
            (Edit(file.source.location(end, end), f"\nWants={_TARGET}"),),
            Safety.UNSAFE,
        ),
    )


@lru_cache(maxsize=1)
def _is_started_without(unit: Unit, project: Project) -> bool:
    """Whether those that ask for the unit are known, and none of them starts the target."""
    asking = {word for name in ("WantedBy", "RequiredBy") for word, _ in unit.words("Install", name)}
    return bool(asking) and _TARGET not in asking and not any(_may_pull(name, project) for name in asking)


def _may_pull(name: str, project: Project) -> bool:
    """Whether a unit starts the target, too, or is none of the project's, so that nobody can tell."""
    return name in _pulling(project) or not (name.endswith(".target") or units_named(name, project))


def _pulling(project: Project) -> set[str]:
    """The names of all units that ask for the target, by themselves or through other units of the project."""
    found: set[str] | None = project.memo.get(_PULLING)
    if found is not None:
        return found
    wanting: dict[str, list[str]] = {}
    found = set()
    for name in _PULLS:
        for unit in units_setting("Unit", name, project):
            for line in unit.all("Unit", name):
                if line.opaque:
                    found.add(unit.name)
                for word in line.value.split():
                    wanting.setdefault(_INSTANCE.sub("", word), []).append(unit.name)
    pending = [*wanting.get(_TARGET, ()), *found]
    while pending:
        name = pending.pop()
        found.add(name)
        pending += wanting.pop(name, ())
    project.memo[_PULLING] = found
    return found
