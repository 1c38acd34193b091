from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.values.specifiers import find_specifiers
from deploylint.vocabulary.systemd import key


@rule(Severity.WARNING, group=Group.CORRECTNESS)
def systemd_specifier_in_plain_unit(assignment: Assignment, context: Context) -> Findings:
    """`%i` and `%I` are empty in a unit that is no template.

    ## Why is this bad?
    They stand for what follows the `@` in the name of the unit. In `shop.service` there is nothing, so that
    `--bind unix:/run/shop-%i.sock` becomes `/run/shop-.sock` and `8%i` becomes `8`, without a word.

    ## Example
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/run/shop/%i.sock
    ```

    ## Use instead
    ```systemd title="systemd/shop@.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --bind unix:/run/shop/%i.sock
    ```

    ## When it is fine
    celery has `%i` and `%I` of its own in names of logs and nodes. They need `%%` here, in a template too.

    ## References
    systemd.unit(5), "SPECIFIERS"
    """
    unit = context.document
    if not isinstance(unit, UnitFile) or "%" not in assignment.value or _may_have_instances(unit):
        return
    if key(assignment.section, assignment.name) is None:
        return
    for specifier in find_specifiers(assignment.value):
        if specifier.letter in "iI":
            yield Finding(
                assignment.value_location(specifier.start, specifier.end),
                f"%{specifier.letter} is empty here, because {unit.unit} is no template",
                help=f"rename the unit to {_template(unit)}, or write %%{specifier.letter} if a program is meant to get it",
            )


def _may_have_instances(unit: UnitFile) -> bool:
    """Templates, instances, drop-ins of a whole type or prefix, and files whose unit is not known."""
    return (
        not unit.unit
        or unit.is_template
        or unit.unit.rpartition(".")[0].endswith("-")
        or has_marks(unit.unit)
    )


def _template(unit: UnitFile) -> str:
    stem, _, suffix = unit.unit.rpartition(".")
    return f"{stem}@.{suffix}"
