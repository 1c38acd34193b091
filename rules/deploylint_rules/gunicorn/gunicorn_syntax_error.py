from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig

_HELP = {
    "leading zeros": "write octal numbers with 0o, as in 0o022",
    "was never closed": "close the bracket",
    "unterminated string": "close the string on the same line",
    "Missing parentheses": "Python 3 knows print only as a function",
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=("Failed to read config file: *", "SyntaxError: *", "IndentationError: *"),
)
def gunicorn_syntax_error(config: GunicornConfig) -> Findings:
    """The configuration file is not Python 3.

    ## Why is this bad?
    gunicorn runs the file before anything else. When Python cannot read it, gunicorn prints
    `Failed to read config file` and does not start.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    umask = 022
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    umask = 0o022
    ```

    ## References
    https://docs.python.org/3/reference/grammar.html
    """
    for problem in config.problems:
        advice = next((text for mark, text in _HELP.items() if mark in problem.message), None)
        yield Finding(
            problem.at, problem.message, label="Python stops reading here", help=problem.help or advice
        )
