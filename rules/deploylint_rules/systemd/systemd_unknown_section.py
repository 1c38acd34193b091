from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Section, UnitFile
from deploylint.formats.systemd.nodes import Place
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest
from deploylint.vocabulary.systemd import PREFIX_OF_PRIVATE_NAMES, section_known, sections, sections_of


def _known(unit_type: str) -> tuple[str, ...]:
    return sections_of(unit_type) or tuple(sections())


def _has_unknown_section(head: tuple[str, frozenset[Place]]) -> bool:
    unit_type, places = head
    return not {section for section, name in places if not name} <= {*_known(unit_type)}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Unknown section '*'. Ignoring.",),
    when=_has_unknown_section,
)
def systemd_unknown_section(file: UnitFile) -> Findings:
    """A section that systemd does not know is ignored, with all its lines.

    ## Why is this bad?
    Names of sections are case-sensitive, and each type of unit has its own. The lines below an unknown
    one are skipped without a look.

    ## Example
    ```systemd
    [Unit]
    Description=Shop

    [service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Unit]
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    Sections whose names begin with `X-` belong to other programs; systemd says nothing about them.

    ## Fix safety
    Safe: systemd ignores the section as it stands.

    ## References
    systemd.unit(5)
    """
    known = _known(file.type)
    for section in file.sections:
        if section.name not in known:
            yield from _unknown(section, file, known)


def _unknown(section: Section, unit: UnitFile, known: tuple[str, ...]) -> Findings:
    name = section.name
    if name.startswith(PREFIX_OF_PRIVATE_NAMES):
        return
    if not section.header.endswith("]") or has_marks(name):
        return
    if section_known(name):
        yield Finding(
            section.at,
            f"[{name}] is no section of a {unit.type} unit, so that systemd ignores it",
            label=f"a {unit.type} unit has {_listed(known)}",
        )
        return
    meant = nearest(name.strip(), known) or (name.strip() if name.strip() in known else None)
    yield Finding(
        section.at,
        printable(f"Unknown section '{name}', so that systemd ignores it and the lines below it"),
        label="names of sections are case-sensitive" if meant and meant.lower() == name.lower() else "",
        help=f"did you mean [{meant}]?" if meant else f"a {unit.type or 'plain'} unit has {_listed(known)}",
        fix=Fix(f"rename it to [{meant}]", (Edit(section.name_at, meant),)) if meant else None,
    )


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"[{name}]" for name in sorted(names))
