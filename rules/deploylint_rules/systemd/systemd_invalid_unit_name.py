from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.dependencies import names_other_units, names_units
from deploylint.formats.systemd.trailing_comments import trailing_comment
from deploylint.formats.systemd.unit import units_named
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.errors import InvalidValue, printable
from deploylint.values.specifiers import plausible_texts
from deploylint.values.systemd_words import Word, split_blanks, split_quoted
from deploylint.values.unit_names import parse_unit_name
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import well_known_unit, well_known_units
from deploylint_rules.systemd._keys import UNIT_LISTS

# The only path among aliases: a link beside a unit that is to want this one.
_LINK = pattern(r"[^/.]++(?:\.[^/.]++)*\.(?:wants|requires|upholds)/([^/]++)\Z")
_PUNCTUATION = "\"',;:"


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=UNIT_LISTS,
    when=names_other_units,
    symptoms=('"*" is not a valid unit name*', "Failed to add dependency on *, ignoring: Invalid argument"),
)
def systemd_invalid_unit_name(assignment: Assignment, context: Context) -> Findings:
    """A word that is no name of a unit, where one is needed.

    ## Why is this bad?
    systemd ignores such a word in `After=` or `Requires=`. In `[Install]` it makes `systemctl enable` fail, so
    that nothing starts at boot; `systemd-analyze verify` does not look there. Names are separated by blanks,
    have no quotes, and end in their type.

    ## Example
    ```systemd
    [Unit]
    After=network.target, postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=default.target:
    ```

    ## Use instead
    ```systemd
    [Unit]
    After=network.target postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=default.target
    ```

    ## Fix safety
    Quotes are fine in `[Install]`. Safe where only quotes and punctuation go: systemd does not take the word as it stands. A missing type is
    put in only where one unit of the project, of systemd or of a common package bears the name; that is unsafe.

    ## References
    systemd.unit(5)
    """
    unit = context.document
    if (
        not isinstance(unit, UnitFile)
        or assignment.opaque
        or not names_units(assignment.section, assignment.name)
    ):
        return
    end = trailing_comment(assignment)
    value = assignment.value[:end]
    # [Install] is read by systemctl, which takes quotes away.
    words = split_quoted(value).words if assignment.section == "Install" else split_blanks(value)
    for word in words:
        yield from _check(assignment, word, context.project)


def _check(assignment: Assignment, written: Word, project: Project) -> Findings:
    word = written.text
    link = _LINK.match(word) if assignment.name == "Alias" else None
    if _may_be_name(link[1] if link else word):
        yield from _unknown_target(assignment, written, project)
        return
    better = _better(word, project)
    at = assignment.value_location(written.start, written.end)
    yield Finding(
        at,
        printable(f'"{word}" is not a valid unit name'),
        label="systemctl enable fails here" if assignment.section == "Install" else "systemd ignores it",
        help=f"did you mean {better[0]}?" if better else _advice(word),
        fix=Fix(f"write {better[0]}", (Edit(at, better[0]),), better[1]) if better else None,
    )


@lru_cache(maxsize=1024)
def _may_be_name(text: str) -> bool:
    return any(_is_name(resolved) for resolved in plausible_texts(text))


def _is_name(text: str) -> bool:
    try:
        parse_unit_name(text)
    except InvalidValue:
        return False
    return True


def _better(word: str, project: Project) -> tuple[str, Safety] | None:
    stripped = word.strip(_PUNCTUATION)
    if stripped != word and _is_name(stripped):
        return stripped, Safety.SAFE
    if "," in stripped and all(_is_name(part) for part in stripped.split(",")):
        return " ".join(stripped.split(",")), Safety.SAFE
    typed = [
        name
        for name in (f"{stripped}.service", f"{stripped}.target")
        if units_named(name, project) or well_known_unit(name)
    ]
    return (typed[0], Safety.UNSAFE) if len(typed) == 1 else None


def _advice(word: str) -> str:
    if "/" in word:
        return "a path has a unit of its own: systemd-escape --path tells its name"
    if "." not in word:
        return "a name ends in its type, such as .service or .target"
    return "names are separated by blanks and end in their type, such as .service or .target"


def _unknown_target(assignment: Assignment, written: Word, project: Project) -> Findings:
    """A target that nobody brings, one letter away from one that every system has."""
    name = written.text
    if not name.endswith(".target") or "%" in name or "@" in name or well_known_unit(name):
        return
    if units_named(name, project):
        return
    meant = nearest(name, (unit for unit in well_known_units() if unit.endswith(".target")), limit=1)
    if meant is not None:
        at = assignment.value_location(written.start, written.end)
        yield Finding(
            at,
            f"{name} is no unit of systemd or of this project",
            help=f"did you mean {meant}?",
            fix=Fix(f"write {meant}", (Edit(at, meant),), Safety.UNSAFE),
            severity=Severity.WARNING,
        )
