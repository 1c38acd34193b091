from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.source import Location
from deploylint.values.systemd_words import split_blanks

# Of these systemd says so (src/core/unit.c, `unit_should_warn_about_dependency`).
_ITSELF = ("After", "Before", "Conflicts", "OnFailure", "OnSuccess")


@rule(
    Severity.WARNING,
    given=(_ITSELF,),
    group=Group.CORRECTNESS,
    symptoms=("Dependency * is dropped.", "* dropped dependency *", "Found ordering cycle on *"),
)
def systemd_depends_on_itself(file: UnitFile, context: Context) -> Findings:
    """A unit that waits for itself, or stands both before and after another one.

    ## Why is this bad?
    systemd drops a dependency of a unit on itself. A unit that is to start both before and after another one makes
    an ordering cycle: at boot systemd breaks it by not starting one of the two.

    ## Example
    ```systemd title="systemd/shop.service"
    [Unit]
    After=network.target shop.service

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd title="systemd/shop.service"
    [Unit]
    After=network.target

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Fix safety
    Safe: systemd drops the dependency. There is no fix for two units of which each waits for the other.

    ## References
    systemd.unit(5)
    """
    if file.is_fragment or file.unit_name is None:
        return
    unit = unit_of(file, context.project)
    for name in _ITSELF:
        for line in unit.all("Unit", name):
            if unit.name in line.value and not line.opaque:
                yield from _itself(line, unit.name)
    before = _places(unit, "Before")
    after = _places(unit, "After") if before else {}
    for word, at in before.items():
        if word in after and word != unit.name:
            yield Finding(
                at,
                f"{unit.name} is to start both before and after {word}",
                related=(Label(after[word], "after it"),),
                help="take one of the two out",
            )


def _itself(line: Assignment, unit: str) -> Findings:
    words = split_blanks(line.value)
    for number, word in enumerate(words):
        if word.text == unit:
            if len(words) == 1:
                gone = Location(line.source, line.line_span)
            else:  # with the blanks before it, or behind the first one
                start = words[number - 1].end if number else word.start
                gone = line.value_location(start, word.end if number else words[1].start)
            yield Finding(
                line.value_location(word.start, word.end),
                f"Dependency {line.name}={unit} is dropped, because it is the unit itself",
                help="take it out",
                fix=Fix("take it out", (Edit(gone, ""),)),
            )


def _places(unit: Unit, key: str) -> dict[str, Location]:
    return {
        word.text: line.value_location(word.start, word.end)
        for line in unit.all("Unit", key)
        if not line.opaque and "%" not in line.value
        for word in split_blanks(line.value)
    }
