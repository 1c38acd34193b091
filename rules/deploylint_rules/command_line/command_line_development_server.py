from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import CommandLine, Process
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.model.development import (
    is_for_development,
    says_development,
    services_with_sources,
)
from deploylint.source import Span
from deploylint_rules.command_line._commands import is_known, place, started

_INSTEAD = {
    Kind.FLASK_RUN: "start the application with gunicorn or another WSGI server",
    Kind.RUNSERVER: "start the application with gunicorn or another WSGI server",
    Kind.HTTP_SERVER: "let nginx serve the files",
}
_RELOADING = frozenset({Kind.UVICORN, Kind.HYPERCORN, Kind.GRANIAN})


@rule(
    Severity.WARNING,
    when=is_known,
    given=((Process, "shell"),),
    group=Group.SECURITY,
    confidence=Confidence.MEDIUM,
    symptoms=("WARNING: This is a development server. Do not use it in a production deployment.*",),
)
def command_line_development_server(command: CommandLine, context: Context) -> Findings:
    """A server for development runs in a deployment.

    ## Why is this bad?
    Flask's `run`, Django's `runserver` and Python's `http.server` have not been made to stand up to
    strangers or to load, and their authors say so. Flask's debugger runs code for whoever reaches it.
    `--reload` restarts the server whenever a source file changes, and rules out worker processes.

    ## Example
    ```procfile
    web: flask --app shop run --host 0.0.0.0 --port $PORT
    api: uvicorn shop.asgi:app --reload
    ```

    ## Use instead
    ```procfile
    web: gunicorn --bind 0.0.0.0:$PORT shop:app
    api: uvicorn shop.asgi:app
    ```

    ## When it is fine
    On a developer's machine. Files, folders and services named `dev`, `local`, `test` and so on, compose
    services that mount their sources, and what a script starts on a condition are not reported.

    ## References
    - https://flask.palletsprojects.com/en/stable/deploying/
    - https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver
    - https://www.uvicorn.org/deployment/
    """
    invocation = started(command)
    found = None if invocation.wrapping.conditional else _suspect(invocation)
    if found is None:
        return
    if isinstance(command, Process):
        meant = is_for_development(command, services_with_sources(context.project))
    else:
        meant = says_development(command.document.path)
    if not meant:
        span, message, advice = found
        yield Finding(place(command, span), message, label="for development only", help=advice)


def _suspect(invocation: Invocation) -> tuple[Span, str, str] | None:
    """The place, the fault and the advice, where an invocation is one for development."""
    kind = invocation.kind
    if kind.is_development_server:
        span = (invocation.subcommand or invocation.executable).span
        return span, f"{kind.value} is a development server", _INSTEAD[kind]
    if kind in _RELOADING and invocation.reload is not None:
        message = f"{kind.value} restarts whenever a source file changes"
        return invocation.reload.span, message, f"leave {invocation.reload.flag} out"
    return None
