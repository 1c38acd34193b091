from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import target_version
from deploylint.values.errors import printable
from deploylint.values.exec_line import ExecCommand, ExecLine, parse_exec_line
from deploylint.values.specifiers import plausible_texts
from deploylint.vocabulary.systemd import key
from deploylint_rules.systemd._keys import COMMANDS

_NOT_ABSOLUTE = "Neither a valid executable name nor an absolute path"
_BARE_NAMES_SINCE = 239


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    named=(*COMMANDS, "WorkingDirectory"),
    symptoms=(
        "Neither a valid executable name nor an absolute path*",
        "Executable path is not absolute*",
        "WorkingDirectory= path is not absolute*",
        "*bad unit file setting*",
        "*code=exited, status=203/EXEC*",
    ),
)
def systemd_exec_not_absolute(assignment: Assignment, context: Context) -> Findings:
    """A command or working directory that is no absolute path.

    ## Why is this bad?
    systemd has no current folder, no shell and no home of yours: it takes `/srv/app/run`, and since release
    239 the bare name of a program in a system folder. For anything else it refuses the whole unit.

    ## Example
    ```systemd
    [Service]
    WorkingDirectory=~/shop
    ExecStart=venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    `WorkingDirectory=~` alone is the home of the service's user. A path may begin with a specifier such as `%h`.

    ## References
    systemd.service(5), systemd.exec(5)
    """
    unit = context.document
    if not isinstance(unit, UnitFile) or not assignment.value or assignment.opaque:
        return
    if unit.templated and "${" in assignment.value:
        return
    known = key(assignment.section, assignment.name)
    if known is None:
        return
    if known.parser == "config_parse_exec":
        version = target_version(context.project)
        parsed = parse_exec_line(assignment.value, version=version)
        if parsed.problems or version < _BARE_NAMES_SINCE:
            yield from _command(assignment, parsed, version)
    elif known.parser == "config_parse_working_directory":
        yield from _directory(assignment)


def _command(line: Assignment, parsed: ExecLine, version: int) -> Findings:
    for problem in parsed.problems:
        if not problem.message.startswith(_NOT_ABSOLUTE):
            continue
        written = line.value[problem.start : problem.end]
        yield Finding(
            line.value_location(problem.start, problem.end),
            _NOT_ABSOLUTE if "{" in written else printable(f"{_NOT_ABSOLUTE}: '{written}'"),
            label="systemd refuses the unit" if problem.fatal else "systemd drops this command",
            help=_help(written),
        )
    if version < _BARE_NAMES_SINCE:
        for command in parsed.commands:
            yield from _bare_name(line, command, version)


def _bare_name(line: Assignment, command: ExecCommand, version: int) -> Findings:
    if "/" not in command.path.text and not command.path.text.startswith("%"):
        yield Finding(
            line.value_location(command.path.start, command.path.end),
            f"Executable path is not absolute: '{command.path.text}'",
            label=f"bare names are known since systemd {_BARE_NAMES_SINCE}, not to {version}",
            help="write the whole path",
        )


def _directory(line: Assignment) -> Findings:
    value = line.value
    path = value.removeprefix("-")
    if path.startswith("/") or path == "~" or any(text.startswith("/") for text in plausible_texts(path)):
        return
    yield Finding(
        line.value_at,
        printable(f"WorkingDirectory= path is not absolute: {path}"),
        label="systemd ignores the line" if value.startswith("-") else "systemd refuses the unit",
        help=_help(path),
    )


def _help(written: str) -> str:
    if written.startswith(("~", "$")):
        return "systemd replaces neither ~ nor variables here: write the whole path"
    if written.startswith(("'", '"')):
        return "leave the quotes out and write the whole path"
    return "write the whole path, beginning with /"
