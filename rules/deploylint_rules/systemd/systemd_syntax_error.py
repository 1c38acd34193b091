from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.pattern import pattern
from deploylint.source import Location

_COMMENTED_HEADER = pattern(r"(\[[^\]\n\\]*+\])([ \t]++)([#;][^\n\r\\]*+)\Z")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=(
        "Invalid section header *",
        "Missing '=', ignoring line.",
        "Assignment outside of section. Ignoring.",
    ),
)
def systemd_syntax_error(unit: UnitFile) -> Findings:
    """A line that systemd cannot read.

    ## Why is this bad?
    A broken section header makes systemd refuse the whole unit. A line that is neither a header, nor a
    comment, nor `Key=value` is ignored, and only the journal tells.

    ## Example
    ```systemd
    [Unit] # the site
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    # the site
    [Unit]
    Description=Shop

    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Fix safety
    Safe: systemd refuses the unit as it stands.

    ## References
    systemd.syntax(7)
    """
    for problem in unit.problems:
        yield Finding(
            problem.at,
            problem.message,
            label="systemd refuses the unit" if problem.refused else "systemd ignores this line",
            help=problem.help,
            fix=_fix(problem.at),
        )


def _fix(at: Location) -> Fix | None:
    match = _COMMENTED_HEADER.match(at.text)
    if match is None:
        return None
    return Fix("give the comment a line of its own", (Edit(at, f"{match[3]}\n{match[1]}"),))
