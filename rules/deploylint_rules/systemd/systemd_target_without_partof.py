from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.activation import is_started
from deploylint.formats.systemd.dependencies import names_other_units
from deploylint.formats.systemd.unit import Unit, unit_of, units_named
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.vocabulary.systemd import well_known_unit

_WORD = pattern(r"[^ \t\n\r]++")


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("WantedBy", "RequiredBy"), when=names_other_units)
def systemd_target_without_partof(assignment: Assignment, context: Context) -> Findings:
    """Stopping or restarting the project's target leaves this unit alone.

    ## Why is this bad?
    `WantedBy=shop.target` starts the unit with the target, and that is all. `systemctl restart shop.target`
    stops and starts nothing unless the unit is `PartOf=` the target, so that a deployment goes on with old code.

    ## Example
    ```systemd title="systemd/shop.target"
    [Unit]
    Description=Everything of the shop
    ```
    ```systemd title="systemd/shop-web.service"
    [Unit]
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=shop.target
    ```

    ## Use instead
    ```systemd title="systemd/shop.target"
    [Unit]
    Description=Everything of the shop
    ```
    ```systemd title="systemd/shop-web.service"
    [Unit]
    Description=Shop
    PartOf=shop.target

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=shop.target
    ```

    ## When it is fine
    Where the target is only a milestone of the boot that nobody stops. Units that the boot starts as well, but not
    the target, serve others, too, and the rule leaves them alone.

    ## Fix safety
    Unsafe: the unit will stop and restart with the target, which it does not now.

    ## References
    systemd.unit(5), "PartOf="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Install" or file.type == "target":
        return
    targets = [
        (match, target)
        for match in _WORD.finditer(assignment.value)
        if (target := _own_target(match[0], file, context.project)) is not None
    ]
    unit = unit_of(file, context.project)
    if not targets or not unit.is_whole:
        return
    bound = _words(unit, "Unit", "PartOf", "BindsTo", "StopPropagatedFrom")
    starts_anyway = _starts_anyway(unit)
    for match, target in targets:
        # The target itself may stop the unit, or be one of the boot.
        if match[0] in bound or unit.name in _words(target, "Unit", "PropagatesStopTo", "Conflicts"):
            continue
        if starts_anyway and not is_started(target, context.project):
            continue
        yield Finding(
            assignment.value_location(match.start(), match.end()),
            f"stopping or restarting {match[0]} does not reach {unit.name}",
            related=(Label(target.files[0].source.location(0, 0), "the target"),),
            help=f"add PartOf={match[0]} to [Unit]",
            fix=_fix(file, match[0]),
        )


def _own_target(name: str, file: UnitFile, project: Project) -> Unit | None:
    """The target's unit if the project brings it, in the same folder where there are several."""
    if not name.endswith(".target") or well_known_unit(name):
        return None
    found = [unit for unit in units_named(name, project) if unit.is_whole]
    folder = file.path.rpartition("/")[0]
    beside = [unit for unit in found if unit.files[0].path.rpartition("/")[0] == folder]
    if beside:
        return beside[0]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=8)
def _words(unit: Unit, section: str, *names: str) -> frozenset[str]:
    return frozenset(word for name in names for word, _ in unit.words(section, name))


@lru_cache(maxsize=1)
def _starts_anyway(unit: Unit) -> bool:
    """Whether a unit of systemd starts it."""
    return any(well_known_unit(word) for word in _words(unit, "Install", "WantedBy", "RequiredBy"))


def _fix(file: UnitFile, target: str) -> Fix | None:
    section = file.section("Unit")
    if section is None or not section.assignments or file.open_ended:
        return None
    last = section.assignments[-1].at.span.end
    at = file.source.location(last, last)
    return Fix(f"add PartOf={target}", (Edit(at, f"\nPartOf={target}"),), Safety.UNSAFE)
