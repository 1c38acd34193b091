from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Invocation, Kind

_CAPTURED = {
    SupervisorKind.SYSTEMD,
    SupervisorKind.SYSTEMD_USER,
    SupervisorKind.SUPERVISOR,
    SupervisorKind.COMPOSE,
    SupervisorKind.DOCKERFILE,
}
_REMEDY = {
    SupervisorKind.SYSTEMD: "add Environment=PYTHONUNBUFFERED=1",
    SupervisorKind.SYSTEMD_USER: "add Environment=PYTHONUNBUFFERED=1",
    SupervisorKind.SUPERVISOR: 'add environment=PYTHONUNBUFFERED="1"',
    SupervisorKind.COMPOSE: "add PYTHONUNBUFFERED: 1 to its environment",
    SupervisorKind.DOCKERFILE: "add ENV PYTHONUNBUFFERED=1",
}


@rule(Severity.WARNING, group=Group.RELIABILITY)
def python_output_buffered(process: Process) -> Findings:
    """What a Python program prints reaches the log late, or never.

    ## Why is this bad?
    Python collects standard output in blocks of 8 KiB when it is no terminal. Lines appear in the
    journal or the log file minutes later, and the last ones are lost when the process is killed.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/python worker.py
    Restart=on-failure
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/python -u worker.py
    Restart=on-failure
    ```

    ## When it is fine
    When the program only logs through the `logging` module, whose default is standard error.
    gunicorn, celery and other servers write through it and are not meant.

    ## Fix safety
    Unsafe: a program that prints much gets slower.

    ## References
    - python(1), PYTHONUNBUFFERED
    - https://github.com/docker-library/python/issues/604
    """
    invocation = process.invocation
    if invocation is None or invocation.kind is not Kind.PYTHON or process.supervision.kind not in _CAPTURED:
        return
    if (
        invocation.wrapping.unbuffered
        or process.supervision.service_type == "oneshot"
        or not _runs_on(invocation)
    ):
        return
    value = process.environment.get("PYTHONUNBUFFERED")
    # CPython takes any text but the empty one and "0"-like numbers for yes.
    if value is not None and not (isinstance(value, Known) and value.value in ("", "0")):
        return
    word = invocation.executable
    at = process.document.source.location(word.span.start, word.span.end)
    yield Finding(
        at,
        f"{process.name} writes its output in blocks, so log lines come late or get lost",
        label="python without -u, and PYTHONUNBUFFERED is not set",
        help=_REMEDY[process.supervision.kind],
        fix=Fix(
            "Start python with -u",
            (Edit(at.source.location(at.span.end, at.span.end), " -u"),),
            Safety.UNSAFE,
        )
        if at.text == word.value
        else None,
    )


def _runs_on(invocation: Invocation) -> bool:
    """A script or module, not `python -c` and not an interpreter of its own."""
    return invocation.script is not None or bool(invocation.positionals)
