from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import Unit, unit_of, units_named
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.systemd_words import Word, split_blanks

_NO_PLAIN_NAME = pattern(r"[^A-Za-z0-9:_.\\-]")


@rule(Severity.WARNING, given=(("Requires", "BindsTo"),), group=Group.RELIABILITY)
def systemd_requires_without_after(file: UnitFile, context: Context) -> Findings:
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
    if file.type != "service" or file.is_fragment:
        return
    unit = unit_of(file, context.project)
    lines = [line for key in ("Requires", "BindsTo") for line in unit.all("Unit", key) if not line.opaque]
    if not lines or not unit.is_whole:
        return
    settled = {word for key in ("After", "Before") for word, _ in unit.words("Unit", key)} | {unit.name}
    for line in lines:
        for word in split_blanks(line.value):
            if word.text in settled:
                continue
            settled.add(word.text)
            if _starts_beside(word.text, unit, context.project):
                yield _finding(line, word, unit)


def _finding(line: Assignment, word: Word, unit: Unit) -> Finding:
    end = line.at.span.end
    return Finding(
        line.value_location(word.start, word.end),
        f"{unit.name} requires {word.text}, but does not wait for it",
        help=f"add After={word.text}",
        fix=Fix(
            f"add After={word.text}",
            (Edit(line.source.location(end, end), f"\nAfter={word.text}"),),
            Safety.UNSAFE,
        ),
    )


def _starts_beside(name: str, unit: Unit, project: Project) -> bool:
    """Whether it is a plain service, and does not itself say which of the two is first."""
    if not name.endswith(".service") or _NO_PLAIN_NAME.search(name):
        return False
    return not any(
        unit.name == word
        for other in units_named(name, project)
        for key in ("Before", "After")
        for word, _ in other.words("Unit", key)
    )
