import posixpath

from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Known, Process, ProcessHead, SupervisorKind
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.tree import Tree

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


def _is_captured_python(head: ProcessHead) -> bool:
    manager, service_type, kind = head
    return kind is Kind.PYTHON and manager in _CAPTURED and service_type != "oneshot"


@rule(Severity.WARNING, group=Group.RELIABILITY, when=_is_captured_python)
def python_output_buffered(process: Process, context: Context) -> Findings:
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
    When the program only logs through the `logging` module, whose default is standard error. The rule looks
    into a script of the project. gunicorn, celery and other servers write through it and are not meant.

    ## Fix safety
    Unsafe: a program that prints much gets slower.

    ## References
    - python(1), PYTHONUNBUFFERED
    - https://github.com/docker-library/python/issues/604
    """
    invocation = process.invocation
    if invocation is None:
        return
    if (
        invocation.wrapping.unbuffered
        or not _runs_on(invocation)
        or _never_prints(invocation, context.project.tree)
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
        f"what {process.name} prints is written in blocks, so that it comes late or gets lost",
        label="python without -u, and PYTHONUNBUFFERED is not set",
        help=_REMEDY[process.supervision.kind],
        fix=Fix(
            "start python with -u",
            (Edit(at.source.location(at.span.end, at.span.end), " -u"),),
            Safety.UNSAFE,
        )
        if at.text == word.value
        else None,
    )


def _runs_on(invocation: Invocation) -> bool:
    """A script or module, not `python -c` and not an interpreter of its own."""
    return invocation.script is not None or bool(invocation.positionals)


def _never_prints(invocation: Invocation, tree: Tree) -> bool:
    """Whether the script is in the project and does not touch standard output itself."""
    if invocation.script is None or invocation.script.known is None:
        return False
    files = tree.named(posixpath.basename(invocation.script.known))
    source = tree.read(files[0]) if len(files) == 1 else None
    return source is not None and "print" not in source.text and "stdout" not in source.text
