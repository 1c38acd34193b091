from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import target_version
from deploylint.values.errors import ValueProblem
from deploylint.values.exec_line import parse_exec_line
from deploylint.values.specifiers import find_specifiers
from deploylint.vocabulary.systemd import key
from deploylint_rules.systemd._keys import COMMANDS

_NOT_ABSOLUTE = "Neither a valid executable name nor an absolute path"
_ESCAPE = "Ignoring unknown escape sequences"


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=COMMANDS,
    symptoms=(
        "Unbalanced quoting, ignoring: *",
        "Ignoring unknown escape sequences: *",
        "Failed to resolve unit specifiers in *",
    ),
)
def systemd_exec_syntax(assignment: Assignment, context: Context) -> Findings:
    r"""A command line that systemd cannot split into words.

    ## Why is this bad?
    Exec lines have quotes, escapes and `%` specifiers of their own, and no shell reads them. A quote that is not
    closed, or `%` before a letter that is no specifier, makes systemd refuse the whole unit. A percent sign is
    written `%%`. An unknown escape such as `\.` stays as it is, with a warning; a backslash is written `\\`.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --access-logformat "%Q"
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi --access-logformat "%%Q"
    ```

    ## Fix safety
    Safe: systemd refuses the unit as it stands.

    ## References
    systemd.service(5), "COMMAND LINES"; systemd.unit(5), "SPECIFIERS"
    """
    if not isinstance(context.document, UnitFile) or not assignment.value or assignment.opaque:
        return
    known = key(assignment.section, assignment.name)
    if known is None or known.parser != "config_parse_exec":
        return
    version = target_version(context.project)
    for problem in parse_exec_line(assignment.value, version=version).problems:
        if problem.message.startswith(_NOT_ABSOLUTE):
            continue
        escape = problem.message == _ESCAPE
        yield Finding(
            assignment.value_location(problem.start, problem.end),
            problem.message,
            label=_label(problem, escape=escape),
            help=r"write \\ for a backslash" if escape else None,
            fix=None if escape else _fix(assignment, problem, version),
            severity=Severity.NOTE if escape else None,
        )


def _label(problem: ValueProblem, *, escape: bool) -> str:
    if escape:
        return "stays as it is"
    return "systemd refuses the unit" if problem.fatal else "systemd drops this command"


def _fix(line: Assignment, problem: ValueProblem, version: int) -> Fix | None:
    unknown = [
        specifier
        for specifier in find_specifiers(line.value[problem.start : problem.end])
        if not specifier.is_known(version=version)
    ]
    if not unknown or "%" not in problem.message:
        return None
    places = [problem.start + specifier.start for specifier in unknown]
    return Fix(
        "write %% for the percent sign",
        tuple(Edit(line.value_location(place, place + 1), "%%") for place in places),
    )
