from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.formats.dockerfile import Dockerfile, Instruction
from deploylint.pattern import pattern

_ARGUMENTS = pattern(r"\$\{?[@*0-9]|\[")


@rule(Severity.WARNING)
def dockerfile_command_ignored(file: Dockerfile) -> Findings:
    """A CMD, ENTRYPOINT or HEALTHCHECK that does nothing.

    ## Why is this bad?
    Of several in one stage only the last one counts, and a CMD is not used at all behind an ENTRYPOINT
    that is no list: `/bin/sh -c` takes it for arguments of the script and drops it.

    ## Example
    ```dockerfile
    FROM python:3.12
    CMD ["python", "manage.py", "migrate"]
    CMD ["gunicorn", "shop.wsgi"]
    ```

    ## Use instead
    ```dockerfile
    FROM python:3.12
    CMD ["gunicorn", "shop.wsgi"]
    ```

    ## References
    - https://docs.docker.com/reference/dockerfile/#cmd
    - https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    """
    for stage in file.stages:
        last: dict[str, Instruction] = {}
        for instruction in stage.instructions:
            name = instruction.name
            if name not in ("CMD", "ENTRYPOINT", "HEALTHCHECK"):
                continue
            before = last.get(name)
            if before is not None:
                yield Finding(
                    before.at,
                    f"this {name} does nothing: a later one of the stage takes its place",
                    label="ignored",
                    related=(Label(instruction.at, "this one counts"),),
                    help="remove it, or start both from a script",
                )
            last[name] = instruction
        entrypoint, command = last.get("ENTRYPOINT"), last.get("CMD")
        if entrypoint is None or command is None or entrypoint.exec_words is not None or entrypoint.heredoc:
            continue
        if entrypoint.flat.strip() and not _ARGUMENTS.search(entrypoint.flat):
            yield Finding(
                command.at,
                "this CMD does nothing: the ENTRYPOINT is no list, and its shell drops all arguments",
                label="ignored",
                related=(Label(entrypoint.at, "run by /bin/sh -c"),),
                help="write the ENTRYPOINT as a JSON list",
            )
