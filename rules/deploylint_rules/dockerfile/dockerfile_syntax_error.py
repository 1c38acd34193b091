from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.dockerfile import Dockerfile


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=(
        "dockerfile parse error on line *: *",
        "no build stage in current context",
    ),
)
def dockerfile_syntax_error(file: Dockerfile) -> Findings:
    r"""A Dockerfile that docker build refuses.

    ## Why is this bad?
    The builder reads the whole file first. A line that begins with no instruction, mostly because the
    line before lacks its backslash, and an instruction before `FROM` stop the build.

    ## Example
    ```dockerfile
    FROM python:3.12
    RUN apt-get update
        && apt-get install -y libpq5
    CMD ["gunicorn", "shop.wsgi"]
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    RUN apt-get update \
        && apt-get install -y libpq5
    CMD ["gunicorn", "shop.wsgi"]
    ```

    ## References
    https://docs.docker.com/reference/dockerfile/
    """
    for problem in file.problems:
        yield Finding(problem.at, problem.message, label="docker build refuses the file", help=problem.help)
