from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.unit import Unit, unit_of
from deploylint.values.booleans import parse_systemd_boolean
from deploylint.values.errors import InvalidValue
from deploylint.values.exec_line import parse_exec_line

_HOMES = ("/home/", "/root/", "/run/user/")
_VISIBLE_AGAIN = ("BindPaths", "BindReadOnlyPaths", "RootDirectory", "RootImage")


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    named=("ProtectHome",),
    symptoms=(
        "*status=200/CHDIR*",
        "*status=203/EXEC*",
        "Changing to the requested working directory failed: *",
    ),
)
def systemd_home_hidden(assignment: Assignment, context: Context) -> Findings:
    """`ProtectHome=` hides the folder that the service runs in.

    ## Why is this bad?
    With `ProtectHome=yes` and `tmpfs`, /home, /root and /run/user are empty for the service. It cannot change into
    its working directory there (200/CHDIR), nor start its program (203/EXEC).

    ## Example
    ```systemd
    [Service]
    ProtectHome=yes
    WorkingDirectory=/home/shop/app
    ExecStart=/home/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    ProtectHome=yes
    WorkingDirectory=/srv/shop/app
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    `BindPaths=` and `BindReadOnlyPaths=` show folders again; the rule is silent where there are any.

    ## References
    systemd.exec(5), "ProtectHome="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or not _hides(assignment):
        return
    unit = unit_of(file, context.project)
    if unit.last("Service", "ProtectHome") is not assignment:
        return
    if any(unit.all("Service", name) for name in _VISIBLE_AGAIN):
        return
    hidden = _hidden(unit)
    if hidden is not None:
        yield Finding(
            assignment.at,
            f"ProtectHome={assignment.value} hides what {hidden.name}= needs",
            label="the service sees none of /home, /root and /run/user",
            related=(Label(hidden.value_at, "this is hidden"),),
            help="move the application below /srv or /opt, or write ProtectHome=read-only",
        )


def _hides(line: Assignment) -> bool:
    try:
        return parse_systemd_boolean(line.value)
    except InvalidValue:
        return line.value == "tmpfs"


def _hidden(unit: Unit) -> Assignment | None:
    """The working directory or command that lies in somebody's home."""
    directory = unit.last("Service", "WorkingDirectory")
    if (
        directory is not None
        and not directory.value.startswith("-")
        and _is_home(directory.value, unit, directory)
    ):
        return directory
    for line in unit.all("Service", "ExecStart"):
        if line.opaque:
            continue
        for command in parse_exec_line(line.value).commands:
            if command.prefixes in ("", "@", ":") and _is_home(command.path.text, unit, line):
                return line
    return None


def _is_home(path: str, unit: Unit, line: Assignment) -> bool:
    resolved = None if line.opaque else resolve(path, unit.file_of(line))
    return resolved is not None and f"{resolved}/".startswith(_HOMES)
