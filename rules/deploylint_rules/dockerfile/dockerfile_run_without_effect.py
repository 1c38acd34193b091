from deploylint import Finding, Findings, Severity, rule
from deploylint.formats.dockerfile import Instruction
from deploylint.pattern import VERBOSE, pattern

_LOST = pattern(
    r"""\s*+(?:
      (?P<cd>cd\s++[^\s;&|]++)
    | (?P<export>export\s++[A-Za-z_]\w*+=(?:"[^"]*+"|'[^']*+'|[^\s;&|"']*+))
    | (?P<activate>(?:source|\.)\s++[^\s;&|]*?bin/activate)
    | (?P<alias>(?:alias|umask|ulimit)\s[^;&|]*+)
    )\s*+\Z""",
    VERBOSE,
)
_INSTEAD = {
    "cd": "WORKDIR",
    "export": "ENV",
    "activate": "ENV PATH=/path/to/venv/bin:$PATH",
    "alias": "the command where it is needed",
}


@rule(Severity.WARNING, named=("RUN",))
def dockerfile_run_without_effect(instruction: Instruction) -> Findings:
    """A RUN that changes only its own shell: a folder or a variable.

    ## Why is this bad?
    Every RUN starts a new shell. What `cd`, `export` or `activate` did ends with it, and the next
    instruction starts in the old folder, with the old variables and the system's Python.

    ## Example
    ```dockerfile
    FROM python:3.12
    RUN cd /srv/shop
    COPY . .
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    WORKDIR /srv/shop
    COPY . .
    ```

    ## References
    - https://docs.docker.com/reference/dockerfile/#workdir
    - https://docs.docker.com/reference/dockerfile/#env
    """
    if instruction.heredoc or instruction.exec_words is not None:
        return
    match = _LOST.match(instruction.flat, instruction.arguments_start)
    if match is not None and match.lastgroup is not None:
        yield Finding(
            instruction.value_at,
            "this RUN has no effect: its shell ends, and what it changed is forgotten",
            label="forgotten at the end of the line",
            help=f"use {_INSTEAD[match.lastgroup]}",
        )
