from deploylint import Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.source import Location, Span
from deploylint.syntax.problem import SyntaxProblem


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] unexpected "*" in *',
        "[emerg] unexpected end of file, expecting *",
        "[emerg] too long parameter*",
    ),
)
def nginx_syntax_error(file: File) -> Findings:
    """The file breaks nginx's syntax.

    ## Why is this bad?
    nginx refuses to start, and a reload leaves the old configuration in place. The line that nginx names
    is where it noticed, which is often not where the mistake is.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000
        }
    };
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    Files that a template language completes are not judged.

    ## Fix safety
    Safe: nginx refuses the file as it stands.

    ## References
    - https://nginx.org/en/docs/beginners_guide.html#conf_structure
    """
    for problem in file.problems:
        yield Finding(
            problem.at,
            problem.message,
            label="nginx does not start with this",
            help=problem.help,
            fix=_fix(problem),
        )


def _fix(problem: SyntaxProblem) -> Fix | None:
    at = problem.at
    if problem.message == 'unexpected ";"':
        return Fix("take the semicolon away", (Edit(at, ""),))
    if problem.message == 'unexpected "}"' and at.text != "}":
        behind = Location(at.source, Span(at.span.end, at.span.end))
        return Fix("end the directive here", (Edit(behind, ";"),))
    return None
