from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.pattern import pattern

_PATH = pattern(r"""(?:^|[ \t"'])PATH=["']?([^ \t"'$~%]++)(?=["' \t]|\Z)""")


@rule(Severity.NOTE, group=Group.CORRECTNESS, pedantic=True, named=("Environment",))
def systemd_path_without_system_folders(assignment: Assignment) -> Findings:
    """`PATH` without the folders of the system.

    ## Why is this bad?
    What the application starts by name, such as `git`, `convert` or `sh`, is not found any more.

    ## Example
    ```systemd
    [Service]
    Environment=PATH=/srv/shop/venv/bin
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=PATH=/srv/shop/venv/bin:/usr/local/bin:/usr/bin:/bin
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The application starts no other programs, and is not meant to.

    ## References
    systemd.exec(5), "ENVIRONMENT VARIABLES IN SPAWNED PROCESSES"
    """
    match = _PATH.search(assignment.value) if assignment.section == "Service" else None
    if match is None or assignment.opaque:
        return
    folders = {folder.rstrip("/") for folder in match[1].split(":")}
    if not folders & {"/bin", "/usr/bin"}:
        yield Finding(
            assignment.value_location(match.start(1), match.end(1)),
            "PATH has none of the folders of the system: the service finds no program by its name",
            help="add :/usr/local/bin:/usr/bin:/bin",
        )
