from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import image, official_name
from deploylint.pattern import pattern

_DASH = ("python", "debian", "ubuntu", "buildpack-deps", "pypy", "node")
_FINE = pattern(r"\s*+(?:exec\b|\[)")


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    symptoms=("exited (status 137)", "* exited with code 137"),
)
def dockerfile_shell_form_command(file: Dockerfile) -> Findings:
    """A shell in front of the program does not pass the stop signal on.

    ## Why is this bad?
    Without a list, the command is run as `/bin/sh -c "..."`. The shell of Debian's images stays in front
    of the program as process 1 and ignores SIGTERM: the program never hears of the stop, and is killed
    after ten seconds in the middle of its requests.

    ## Example
    ```dockerfile
    FROM python:3.12-slim
    CMD gunicorn --bind 0.0.0.0:8000 shop.wsgi
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12-slim
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## When it is fine
    For commands that end by themselves. `exec` in front of the last command helps as well, also where
    variables are needed. The rule speaks of images whose shell is dash.

    ## References
    - https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example
    - https://docs.gunicorn.org/en/stable/signals.html
    """
    made = image(file)
    if made is None or made.started_by is None or made.base is None or file.templated:
        return
    instruction = made.started_by
    dash = official_name(made.base) in _DASH and "alpine" not in made.base
    if not dash or instruction.exec_words is not None or instruction.heredoc:
        return
    text = instruction.flat[instruction.arguments_start :]
    if any(other.name == "SHELL" for other in file.instructions) or _FINE.match(text) or " exec " in text:
        return
    if made.command is not None and made.entrypoint is not None and instruction.name == "CMD":
        return
    yield Finding(
        instruction.value_at,
        f"{instruction.name} starts a shell, which does not pass the stop signal on to the program",
        label="run by /bin/sh -c",
        help="write it as a JSON list, or put exec in front",
    )
