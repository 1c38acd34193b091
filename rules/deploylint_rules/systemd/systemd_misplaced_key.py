from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, Section, UnitFile
from deploylint.formats.systemd.nodes import Place
from deploylint.source import Location
from deploylint.vocabulary.systemd import PREFIX_OF_PRIVATE_NAMES, key, keys, sections_of, sections_with


def _is_strange(section: str, name: str) -> bool:
    """Whether the section is known, and does not know the key."""
    return key(section, name) is None and bool(name and keys(section))


def _has_strange_key(head: tuple[str, frozenset[Place]]) -> bool:
    return any(_is_strange(*place) for place in head[1])


@rule(Severity.ERROR, group=Group.VALIDITY, when=_has_strange_key)
def systemd_misplaced_key(file: UnitFile) -> Findings:
    """A key in a section where it does not belong is ignored.

    ## Why is this bad?
    `StartLimitIntervalSec=` in `[Service]` or `After=` in `[Install]` has no effect at all, and only the
    journal tells.

    ## Example
    ```systemd
    [Unit]
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=always
    StartLimitIntervalSec=0
    ```

    ## Use instead
    ```systemd
    [Unit]
    Description=Shop
    StartLimitIntervalSec=0

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    Restart=always
    ```

    ## Fix safety
    Safe: systemd ignores the line as it stands. There is no fix where the right section is missing or
    has the key already.

    ## References
    systemd.directives(7)
    """
    for line in file.lines:
        if _is_strange(line.section, line.name):
            yield from _misplaced(line, file)


def _misplaced(assignment: Assignment, unit: UnitFile) -> Findings:
    section, name = assignment.section, assignment.name
    if name.startswith(PREFIX_OF_PRIVATE_NAMES):
        return
    if unit.type and section not in sections_of(unit.type):
        return
    here = sections_with(name, unit.type) if unit.type else sections_with(name)
    if here:
        where = " or ".join(f"[{other}]" for other in here)
        yield Finding(
            assignment.name_at,
            f"{name}= does nothing in [{section}]: it belongs in {where}",
            label="systemd ignores this line",
            help=f"move the line to {where}",
            fix=_move(assignment, unit, here[0]) if len(here) == 1 else None,
        )
    elif elsewhere := sections_with(name):
        where = " or ".join(f"[{other}]" for other in elsewhere)
        yield Finding(
            assignment.name_at,
            f"{name}= does nothing in a {unit.type} unit: it belongs in {where} of another type of unit",
            label="systemd ignores this line",
        )


def _move(assignment: Assignment, unit: UnitFile, name: str) -> Fix | None:
    section = unit.section(name)
    if section is None or assignment.is_continued or unit.open_ended:
        return None
    if any(other.name == assignment.name for other in section.assignments):
        return None
    removal = Edit(Location(unit.source, assignment.line_span), "")
    line = removal.at.text.rstrip("\r\n")
    return Fix(f"move the line to [{name}]", (removal, _appended(section, line)))


def _appended(section: Section, line: str) -> Edit:
    """A new line behind the section's last assignment, or behind its header."""
    source = section.source
    last = section.assignments[-1].end if section.assignments else section.end
    place = source.text.find("\n", last) + 1
    if place:
        return Edit(source.location(place, place), f"{line}\n")
    return Edit(source.location(len(source.text), len(source.text)), f"\n{line}")
