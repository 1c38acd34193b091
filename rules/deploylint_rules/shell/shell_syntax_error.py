from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.shell import ShellScript


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=("unexpected EOF while looking for matching *", "Syntax error: Unterminated quoted string"),
)
def shell_syntax_error(script: ShellScript) -> Findings:
    """A shell script with a quotation that is never closed.

    ## Why is this bad?
    The shell takes the rest of the file for a part of the quotation and stops at its end. Whatever comes
    after the quotation, mostly the server, is not started.

    ## Example
    ```sh
    echo "starting the shop
    exec gunicorn shop.wsgi
    ```

    ## Use instead
    ```sh
    echo "starting the shop"
    exec gunicorn shop.wsgi
    ```

    ## References
    sh(1), section Quoting
    """
    for problem in script.problems:
        yield Finding(problem.at, problem.message, label="it begins here", help=problem.help)
