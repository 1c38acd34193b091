from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import Unit, unit_of, units_named
from deploylint.project import Project
from deploylint.values.systemd_words import split_blanks


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("Requires", "BindsTo"))
def systemd_requires_without_after(assignment: Assignment, context: Context) -> Findings:
    """A service that needs another one, and starts at the same time.

    ## Why is this bad?
    `Requires=` starts the other service with this one, not before it. Both start at once; the application finds no
    database at boot, and fails or not by chance. The order takes `After=`.

    ## Example
    ```systemd
    [Unit]
    Requires=postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Unit]
    Requires=postgresql.service
    After=postgresql.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Services that may start in any order, because each waits for the other by itself.

    ## Fix safety
    Unsafe: the order of the boot changes.

    ## References
    systemd.unit(5), "Requires="
    """
    file = context.document
    if ".service" not in assignment.value or not isinstance(file, UnitFile) or assignment.section != "Unit":
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or unit.type != "service" or assignment.opaque:
        return
    ordered = {word for key in ("After", "Before") for word, _ in unit.words("Unit", key)}
    for word in split_blanks(assignment.value):
        name = word.text
        if not name.endswith(".service") or name in ordered or "%" in name or name == unit.name:
            continue
        if "@" in name or _is_before(name, unit, context.project):
            continue
        end = assignment.at.span.end
        yield Finding(
            assignment.value_location(word.start, word.end),
            f"{unit.name} requires {name}, but does not wait for it",
            help=f"add After={name}",
            fix=Fix(
                f"add After={name}",
                (Edit(file.source.location(end, end), f"\nAfter={name}"),),
                Safety.UNSAFE,
            ),
        )


def _is_before(name: str, unit: Unit, project: Project) -> bool:
    """Whether the other unit itself says which of the two is first."""
    return any(
        unit.name == word
        for other in units_named(name, project)
        for key in ("Before", "After")
        for word, _ in other.words("Unit", key)
    )
