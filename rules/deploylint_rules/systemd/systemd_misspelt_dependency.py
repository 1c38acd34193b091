from itertools import zip_longest

from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.dependencies import names_other_units
from deploylint.formats.systemd.unit import units_named
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.errors import InvalidValue
from deploylint.values.systemd_words import split_blanks
from deploylint.values.unit_names import parse_unit_name
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import well_known_unit, well_known_units

_WORDS = pattern(r"[^-_.]++")
_SHORTEST = 5
_KEYS = ("After", "Before", "Wants", "Requires", "Requisite", "BindsTo", "PartOf", "Upholds", "OnFailure")


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    named=_KEYS,
    when=names_other_units,
    symptoms=("Failed to start *: Unit * not found.", "Unit * could not be found."),
)
def systemd_misspelt_dependency(assignment: Assignment, context: Context) -> Findings:
    """A dependency on a unit whose name nearly is that of another one.

    ## Why is this bad?
    systemd takes any name: `After=` a unit that is not there orders nothing, and `Wants=` it starts nothing, both
    without a word. Only `Requires=` tells, when the unit fails to start.

    ## Example
    ```systemd
    [Unit]
    After=postgersql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Unit]
    After=postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    When a unit of that very name comes from somewhere else.

    ## Fix safety
    Unsafe: the unit then waits for, or starts, another one.

    ## References
    systemd.unit(5), "After=", "Wants="
    """
    if assignment.section != "Unit" or assignment.opaque or not isinstance(context.document, UnitFile):
        return
    words = split_blanks(assignment.value)
    for word in words:
        meant = _meant(word.text, context.project)
        if meant is None or any(other.text == meant for other in words):
            continue
        at = assignment.value_location(word.start, word.end)
        yield Finding(
            at,
            f"{word.text} is no unit of this project, nor one that is well known",
            label=f"{assignment.name} has no effect for a unit that is not there",
            help=f"did you mean {meant}?",
            fix=Fix(f"write {meant}", (Edit(at, meant),), Safety.UNSAFE),
        )


def _meant(name: str, project: Project) -> str | None:
    """The one unit that differs by a letter or two; None where the name may be right."""
    if "%" in name or "@" in name or well_known_unit(name) or units_named(name, project):
        return None
    meant: dict[str, str | None] = project.memo.setdefault("meant units", {})
    if name not in meant:
        meant[name] = _nearest(name, project)
    return meant[name]


def _nearest(name: str, project: Project) -> str | None:
    try:
        parsed = parse_unit_name(name)
    except InvalidValue:
        return None  # systemd-invalid-unit-name
    # Names that end in numbers or differ in their first letter are those of sisters.
    stem = name.rpartition(".")[0]
    if len(stem) <= _SHORTEST or stem.rstrip("0123456789") != stem:
        return None
    close = nearest(name, _known_names(project))
    if close is None or close.rpartition(".")[2] != parsed.type or "@" in close:
        return None
    other = close.rpartition(".")[0]
    return None if stem[:1] != other[:1] or _differ_in_short_words(stem, other) else close


def _known_names(project: Project) -> set[str]:
    """The units of the project and those that are well known."""
    known: set[str] | None = project.memo.get("names of units")
    if known is None:
        own = (unit for file in project.documents_of(UnitFile) if (unit := file.unit))
        known = project.memo["names of units"] = {*own, *well_known_units()}
    return known


def _differ_in_short_words(one: str, other: str) -> bool:
    """`ceph-mon` and `ceph-mgr`, `nut-server` and `nfs-server`: two words as good as each other, not a mistake in one."""
    pairs = list(zip_longest(_WORDS.findall(one), _WORDS.findall(other), fillvalue=""))
    return any(left != right and min(len(left), len(right)) < _SHORTEST for left, right in pairs)
