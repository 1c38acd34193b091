from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.supervisor import File


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("Source contains parsing errors*", "File contains no section headers*"),
)
def supervisor_syntax_error(file: File) -> Findings:
    """A line that supervisor's parser refuses.

    ## Why is this bad?
    One such line keeps supervisord from starting at all, and `supervisorctl reread` from reading anything. A line
    that should continue the value above must be indented; a backslash does not join lines.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn
    --workers 4 shop.wsgi
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn
        --workers 4 shop.wsgi
    ```

    ## References
    https://supervisord.org/configuration.html
    """
    for problem in file.problems:
        yield Finding(
            problem.at, problem.message, label="supervisord does not start with this", help=problem.help
        )
