from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.pattern import pattern

_VARIABLE = pattern(
    r"(?:(?<=[=:/\"'])|(?<=[ \t]))\$(?:\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*+)\}"
    r"|(?P<bare>PATH|HOME|USER|PWD|LANG|LOGNAME|SHELL|VIRTUAL_ENV|PYTHONPATH|LD_LIBRARY_PATH)\b)"
)
_HOME = pattern(r"(?:^|[ \t])[\"']?[A-Za-z_][A-Za-z0-9_]*+=[\"']?(?P<home>~/)")


@rule(Severity.WARNING, confidence=Confidence.MEDIUM, group=Group.CORRECTNESS, named=("Environment",))
def systemd_environment_not_expanded(assignment: Assignment, context: Context) -> Findings:
    """Variables and `~` in `Environment=` stay as they are written.

    ## Why is this bad?
    No shell reads the line. With `PATH=/srv/shop/bin:$PATH` the last folder of the search path is called `$PATH`,
    and no program of the system is found any more; `~/shop` is a folder called `~`.

    ## Example
    ```systemd
    [Service]
    Environment=PATH=/srv/shop/venv/bin:$PATH
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=PATH=/srv/shop/venv/bin:/usr/local/bin:/usr/bin:/bin
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    The program replaces them itself, or the file is a template for envsubst.

    ## References
    systemd.exec(5), "Environment="
    """
    file = context.document
    if not isinstance(file, UnitFile) or assignment.section != "Service" or file.templated:
        return
    value = assignment.value
    if ("$" not in value and "~" not in value) or has_marks(value):
        return
    for match in _VARIABLE.finditer(value):
        yield Finding(
            assignment.value_location(match.start(), match.end()),
            f"{match['braced'] or match['bare']} is not replaced in Environment=: the program gets the dollar sign",
            help="write out what it stands for; %h is the home of the user that the manager runs as",
        )
    for match in _HOME.finditer(value):
        yield Finding(
            assignment.value_location(match.start("home"), match.end("home")),
            "~ is not replaced in Environment=: the program gets it as it is written",
            help="write out the folder",
        )
