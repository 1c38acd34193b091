import re

from deploylint import Confidence, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.python.nodes import Assignment

_DEVELOPMENT = re.compile(
    r"(?:^|[/._-])(?:dev|devel|development|debug|local|test|tests|testing|example|examples|override|sandbox)(?=[/._-]|$)",
    re.IGNORECASE,
)


@rule(Severity.WARNING, group=Group.RELIABILITY, confidence=Confidence.HIGH)
def gunicorn_reload_enabled(config: GunicornConfig) -> Findings:
    """`reload = True` restarts the workers whenever a source file changes.

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
    depend on the environment, are not reported.

    ## Fix safety
    Unsafe: somebody may deploy by changing files and rely on the restart.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#reload
    """
    bindings = config.outcome.names.get("reload", ())
    if _DEVELOPMENT.search(config.path) or not bindings:
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
            "gunicorn restarts its workers whenever a source file changes",
            label="for development only",
            help="remove it, or set it from the environment of development machines",
            fix=Fix("turn reload off", (Edit(node.value_at, "False"),), Safety.UNSAFE),
        )
