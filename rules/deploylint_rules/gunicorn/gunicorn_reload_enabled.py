from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment
from deploylint.model.development import (
    is_for_development,
    says_development,
    services_with_sources,
)
from deploylint.project import Project

_MESSAGE = "gunicorn restarts its workers whenever a source file changes"


@rule(Severity.WARNING, group=Group.RELIABILITY, confidence=Confidence.HIGH)
def gunicorn_reload_enabled(project: Project) -> Findings:
    """`reload` restarts the workers whenever a source file changes.

    ## Why is this bad?
    The setting is meant for development: every change of a file on the server, also one half uploaded,
    restarts all workers in the middle of their requests, and watching the files costs processor time.
    Together with `preload_app` it does not even reload.

    ## Example
    ```gunicorn
    bind = "127.0.0.1:8000"
    reload = True
    ```

    ## Use instead
    ```gunicorn
    bind = "127.0.0.1:8000"
    reload = False
    ```

    ## When it is fine
    On a developer's machine. Files and folders named `dev`, `local`, `test` and so on, and values that
    depend on the environment, are not reported, nor is `--reload` in a compose service that mounts its
    sources from the machine.

    ## Fix safety
    Unsafe: somebody may deploy by changing files and rely on the restart.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#reload
    """
    for config in project.documents_of(GunicornConfig):
        yield from _in_file(config)
    mounted = services_with_sources(project)
    for process in project.every(Process):
        if process.kind is Kind.GUNICORN and not is_for_development(process, mounted):
            yield from _on_command_line(process)


def _in_file(config: GunicornConfig) -> Findings:
    bindings = config.outcome.names.get("reload", ())
    if says_development(config.path) or not bindings:
        return
    if any(
        binding.value is None or not binding.value.known or binding.value.value is not True
        for binding in bindings
    ):
        return
    node = bindings[-1].node
    if isinstance(node, Assignment) and node.value is not None:
        yield Finding(
            node.at,
            _MESSAGE,
            label="for development only",
            help="remove it, or set it from the environment of development machines",
            fix=Fix("turn reload off", (Edit(node.value_at, "False"),), Safety.UNSAFE),
        )


def _on_command_line(process: Process) -> Findings:
    invocation = process.invocation
    if invocation is None or invocation.reload is None:
        return
    span = invocation.reload.span
    yield Finding(
        process.document.source.location(span.start, span.end),
        _MESSAGE,
        label="for development only",
        help="leave it out",
    )
