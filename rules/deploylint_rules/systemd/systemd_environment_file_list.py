from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.pattern import pattern

_SEVERAL = pattern(r"-?/[^ \t]++(?:[ \t]++-?/[^ \t]++)++\Z")


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    named=("EnvironmentFile",),
    symptoms=(
        "Failed to load environment files: No such file or directory",
        "*Failed to run 'start' task: No such file or directory*",
    ),
)
def systemd_environment_file_list(assignment: Assignment) -> Findings:
    """Two files in one `EnvironmentFile=` are one path with a blank in it.

    ## Why is this bad?
    The key takes one path. The file of that long name is not there, and the service does not start; with `-` in
    front it starts without any of the variables.

    ## Example
    ```systemd
    [Service]
    EnvironmentFile=/etc/default/shop /etc/shop/secrets
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    EnvironmentFile=/etc/default/shop
    EnvironmentFile=/etc/shop/secrets
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Fix safety
    Safe: there is no file of that name.

    ## References
    systemd.exec(5), "EnvironmentFile="
    """
    value = assignment.value
    if assignment.section != "Service" or assignment.opaque or _SEVERAL.match(value) is None:
        return
    lines = "\n".join(f"EnvironmentFile={path}" for path in value.split())
    yield Finding(
        assignment.value_at,
        "EnvironmentFile= takes one path, and takes this for one with blanks in it",
        help="give each file a line of its own",
        fix=None if assignment.is_continued else Fix("split the line", (Edit(assignment.at, lines),)),
    )
