from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import image, official_name
from deploylint.pattern import compiled, escape, pattern

_TOOL = pattern(r"(?:\bCMD\s++(?:\[\s*+\")?)(?P<tool>curl|wget|nc|pg_isready|redis-cli|mysqladmin)\b")


@rule(
    Severity.ERROR,
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "/bin/sh: *: curl: not found",
        'exec: "curl": executable file not found in $PATH: unknown',
        "(unhealthy)",
    ),
)
def dockerfile_healthcheck_tool_missing(file: Dockerfile) -> Findings:
    """A health check with a program that the image does not have.

    ## Why is this bad?
    Slim and Alpine images have no curl. The check fails every time, the container is never healthy, and
    what waits for it never starts.

    ## Example
    ```dockerfile
    FROM python:3.12-slim
    HEALTHCHECK CMD curl -f http://localhost:8000/health
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    HEALTHCHECK CMD curl -f http://localhost:8000/health
    CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
    ```

    ## When it is fine
    When a script or an archive that the image is given brings the program. The rule is silent when any
    instruction names it, and for images other than the official Python, Debian, Ubuntu and Alpine ones.

    ## References
    - https://docs.docker.com/reference/dockerfile/#healthcheck
    - https://hub.docker.com/_/python
    """
    made = image(file)
    if made is None or made.base is None or "$" in made.base or file.templated:
        return
    checks = [one for one in file.stages[-1].instructions if one.name == "HEALTHCHECK"]
    match = _TOOL.search(checks[-1].flat) if checks else None
    if match is None or not _lacks(made.base, match["tool"]):
        return
    word = compiled(rf"\b{escape(match['tool'])}\b|\.sh\b|\brequirements.*apt")
    others = [one for one in file.instructions if one not in checks and one.name in ("RUN", "COPY", "ADD")]
    if any(word.search(one.text) for one in others) or any(one.heredoc for one in others):
        return
    yield Finding(
        checks[-1].value_at,
        f"the image {made.base} has no {match['tool']}, so the health check always fails",
        label="never healthy",
        help=f"install {match['tool']}, or check with python",
    )


def _lacks(base: str, tool: str) -> bool:
    """Whether an official image is without a program."""
    name = official_name(base)
    if name == "alpine" or (name == "python" and "alpine" in base):
        return tool == "curl"
    slim = name == "python" and "slim" in base
    return slim or name in ("debian", "ubuntu")
