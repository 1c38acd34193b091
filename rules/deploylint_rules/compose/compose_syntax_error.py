from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.compose import ComposeFile


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    confidence=Confidence.HIGH,
    symptoms=(
        "yaml: line *: *",
        "mapping key * already defined at line *",
    ),
)
def compose_syntax_error(file: ComposeFile) -> Findings:
    """A compose file that docker compose cannot read.

    ## Why is this bad?
    `docker compose` reads the whole file before it does anything. A fault in its YAML, a key that is given
    twice in one map, or an anchor that contains itself makes every command fail, also for the services
    that are written correctly.

    ## Example
    ```compose
    services:
      web:
        image: shop
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        environment:
          DJANGO_SETTINGS_MODULE: shop.settings
        environment:
          PYTHONUNBUFFERED: "1"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: shop
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        environment:
          DJANGO_SETTINGS_MODULE: shop.settings
          PYTHONUNBUFFERED: "1"
    ```

    ## References
    https://docs.docker.com/reference/compose-file/
    """
    for problem in file.problems:
        yield Finding(problem.at, problem.message, label="compose refuses the file", help=problem.help)
