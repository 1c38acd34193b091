from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.env import EnvFile


@rule(Severity.ERROR, group=Group.VALIDITY, confidence=Confidence.HIGH)
def env_syntax_error(file: EnvFile) -> Findings:
    """A line that no program takes for a variable.

    ## Why is this bad?
    systemd, docker compose, python-dotenv and shells read env files in different ways. A line that all of
    them refuse or drop sets nothing, and docker compose does not even start: it refuses the whole file.

    ## Example
    ```env
    SECRET KEY=abc
    ```

    ## Use instead
    ```env
    SECRET_KEY=abc
    ```

    ## References
    systemd.exec(5), EnvironmentFile=
    https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
    """
    for problem in file.problems:
        yield Finding(
            problem.at,
            f"no program reads a variable here: {problem.message}",
            label="docker compose refuses the file",
            help=problem.help,
        )
