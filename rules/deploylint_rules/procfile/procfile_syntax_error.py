from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.procfile import Procfile


@rule(Severity.ERROR, group=Group.VALIDITY, confidence=Confidence.HIGH)
def procfile_syntax_error(file: Procfile) -> Findings:
    """A line of a Procfile that names no process.

    ## Why is this bad?
    A process type is `name: command` on one line, the name made of letters, digits, `_` and `-`. Readers
    pass over any other line without a word, so the process is never started.

    ## Example
    ```procfile
    web gunicorn shop.wsgi
    ```

    ## Use instead
    ```procfile
    web: gunicorn shop.wsgi
    ```

    ## References
    https://devcenter.heroku.com/articles/procfile
    https://honcho.readthedocs.io/en/latest/using_procfiles.html
    """
    for problem in file.problems:
        yield Finding(problem.at, problem.message, label="passed over", help=problem.help)
