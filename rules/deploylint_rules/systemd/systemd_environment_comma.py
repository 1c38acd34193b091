from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.pattern import pattern

_LISTED = pattern(r"[A-Z_][A-Z0-9_]*+=[^\s,;\"'=]*+(?:[,;][A-Z_][A-Z0-9_]*+=[^\s,;\"'=]*+)++,?\Z")
_SEPARATOR = pattern(r"[,;](?=[A-Z_][A-Z0-9_]*=)|,\Z")


@rule(Severity.WARNING, confidence=Confidence.MEDIUM, group=Group.CORRECTNESS, named=("Environment",))
def systemd_environment_comma(assignment: Assignment) -> Findings:
    """Assignments with commas between them are one variable.

    ## Why is this bad?
    `Environment=` separates assignments by blanks. From `A=1,B=2` the program gets one variable, `A`, whose value
    is `1,B=2`. systemd says nothing.

    ## Example
    ```systemd
    [Service]
    Environment=DEBUG=0,PORT=8000
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=DEBUG=0 PORT=8000
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    One variable that is itself such a list, for a program that reads lists.

    ## Fix safety
    Unsafe: the list may be meant.

    ## References
    systemd.exec(5), "Environment="
    """
    value = assignment.value
    if assignment.section != "Service" or assignment.opaque or _LISTED.match(value) is None:
        return
    yield Finding(
        assignment.value_at,
        f"this is one variable, {value.partition('=')[0]}, with commas or semicolons in its value",
        help="put blanks between assignments",
        fix=None
        if assignment.is_continued
        else Fix(
            "put blanks between them",
            tuple(
                Edit(
                    assignment.value_location(match.start(), match.end()),
                    " " if match.end() < len(value) else "",
                )
                for match in _SEPARATOR.finditer(value)
            ),
            Safety.UNSAFE,
        ),
    )
