import posixpath
from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Process, Unknown
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.model import AppServer, Deployment
from deploylint.model.gunicorn import ARGUMENTS, first_setting
from deploylint.model.variants import is_example, stage, together
from deploylint.typed import TYPE_CHECKING

_OTHER_KINDS = {
    "shell": "a shell script",
    "uwsgi": "a uWSGI file",
    "nginx": "an nginx file",
    "supervisor": "a supervisor file",
}


if TYPE_CHECKING:
    from deploylint.formats.gunicorn import GunicornConfig


@rule(
    Severity.ERROR,
    given=(Process,),
    symptoms=("Error: * doesn't exist", "Listening at: http://127.0.0.1:8000"),
)
def gunicorn_config_not_loaded(deployment: Deployment) -> Findings:
    """The gunicorn configuration that was edited is not the one that is loaded.

    ## Why is this bad?
    gunicorn reads one file: the one after `-c`, else `gunicorn.conf.py` in the folder it starts in. A
    path that does not exist ends the start. A file that no command names and that has another name is
    never read: all its settings are without effect, and gunicorn listens on 127.0.0.1:8000.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn -c /srv/app/deployment/gunicorn.conf.py wsgi:app
    directory=/srv/app
    user=app
    ```
    ```python title="deploy/gunicorn.conf.py"
    bind = "127.0.0.1:9000"
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn -c /srv/app/deploy/gunicorn.conf.py wsgi:app
    directory=/srv/app
    user=app
    ```
    ```python title="deploy/gunicorn.conf.py"
    bind = "127.0.0.1:9000"
    ```

    ## When it is fine
    When the path on the server is not the path in the repository. Tell deploylint with `host-paths`.

    ## References
    - https://docs.gunicorn.org/en/stable/configure.html
    - https://github.com/benoitc/gunicorn/issues/469
    """
    servers = [server for server in deployment.servers if server.kind == Kind.GUNICORN.value]
    loaded = {server.config.document.path for server in servers if server.config and server.config.document}
    configs = deployment.documents_in("gunicorn")
    unused = [config for config in configs if config.path not in loaded and not is_example(config.path)]
    for server in servers:
        yield from _missing(server)
        yield from _no_python(server, deployment)
    if (
        servers
        and unused
        and not any(_may_be_loaded_unseen(process) for process in deployment.every(Process))
    ):
        for config in unused:
            yield from _never_loaded(config, servers)


def _missing(server: AppServer) -> Iterator[Finding]:
    """`-c` names a file in a folder that the project does not have, while it has one of that name."""
    config = server.config
    if config is None or not config.elsewhere or config.document is None:
        return
    yield Finding(
        config.at,
        f"{config.written} is not in the project, but {config.document.path} is",
        label="gunicorn is told to read this file",
        related=(Label(first_setting(config.document) or config.at, "these settings are not read"),),
        help="name the file that exists",
        confidence=Confidence.MEDIUM,
    )


def _no_python(server: AppServer, deployment: Deployment) -> Iterator[Finding]:
    """`-c` names a file of another kind: gunicorn runs it as Python and ends with a SyntaxError."""
    config = server.config
    if config is None or config.document is not None or config.path is None:
        return
    other = next((document for document in deployment.documents if document.path == config.path), None)
    if other is None or other.format not in _OTHER_KINDS:
        return
    yield Finding(
        config.at,
        f"{config.written} is {_OTHER_KINDS[other.format]}, but gunicorn reads its configuration as Python",
        label="gunicorn cannot read this file",
        related=(Label(other.source.location(0, other.source.text.find("\n")), "it begins so"),)
        if "\n" in other.source.text
        else (),
        help="name a Python file with gunicorn's settings",
        confidence=Confidence.MEDIUM,
    )


def _may_be_loaded_unseen(process: Process) -> bool:
    invocation = process.invocation if process.kind is Kind.GUNICORN else None
    return process.kind in (Kind.SHELL, None) or (
        invocation is not None and not _is_whole(process, invocation)
    )


def _is_whole(process: Process, invocation: Invocation) -> bool:
    """Whether nothing unseen can name a file: no variable in the command, no GUNICORN_CMD_ARGS from elsewhere."""
    return invocation.complete and not isinstance(process.environment.get(ARGUMENTS), Unknown)


def _never_loaded(config: "GunicornConfig", servers: list[AppServer]) -> Iterator[Finding]:
    """Nothing names the file, and no server starts in its folder under the name that gunicorn looks for."""
    alone = [
        server
        for server in servers
        if server.config is None and together(server.process.document.path, config.path)
    ]
    first = first_setting(config)
    if not alone or stage(config.path) in ("development", "test") or first is None:
        return
    if posixpath.basename(config.path) == "gunicorn.conf.py":
        return
    server = alone[0]
    yield Finding(
        first,
        f"no command names {posixpath.basename(config.path)}, so gunicorn does not read it",
        label="these settings have no effect",
        related=(Label(server.process.at, "gunicorn starts here without -c"),),
        help=f"add -c {config.path} to the command, or name the file gunicorn.conf.py in the folder it starts in",
        severity=Severity.WARNING,
        confidence=Confidence.MEDIUM,
    )
