from functools import lru_cache

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.target_version import target_version

_APPEND_SINCE = 240
_PREFIX = "file:"
# Characters; so many commands may deal with any file.
_LONGEST = 1 << 16


@rule(Severity.WARNING, group=Group.RELIABILITY, named=("StandardOutput", "StandardError"))
def systemd_log_overwritten(assignment: Assignment, context: Context) -> Findings:
    """`file:` writes over the beginning of the log at every start.

    ## Why is this bad?
    systemd opens the file without emptying it and writes from its beginning: the lines of this run stand in front
    of what is left of older ones. The log of the crash is what the restart writes over.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    StandardOutput=file:/var/log/shop.log
    ```

    ## Use instead
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    StandardOutput=append:/var/log/shop.log
    ```

    ## When it is fine
    Devices and pipes, and files that only the newest run matters of: for these there is `truncate:`. A file that a
    command of the unit names, to empty it or to keep the old one, is left alone.

    ## Fix safety
    Unsafe: the file grows.

    ## References
    systemd.exec(5), "StandardOutput="
    """
    value = assignment.value
    if not value.startswith(_PREFIX) or value.startswith(("file:/dev/", "file:/proc/")):
        return
    if assignment.section != "Service" or target_version(context.project) < _APPEND_SINCE:
        return
    file = context.document
    if isinstance(file, UnitFile):
        commands = _commands(file)
        if len(commands) > _LONGEST or value.removeprefix(_PREFIX) in commands:
            return  # a command of the unit deals with the file
    at = assignment.value_location(0, len(_PREFIX))
    yield Finding(
        at,
        f"{assignment.name}=file: writes over the beginning of the log at every start",
        help="write append:",
        fix=Fix("write append:", (Edit(at, "append:"),), Safety.UNSAFE),
    )


@lru_cache(maxsize=1)
def _commands(file: UnitFile) -> str:
    return "\n".join(line.value for line in file.lines if line.name.startswith("Exec"))
