from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.python import describe
from deploylint.formats.python.interface import Interface
from deploylint.model import AppServer
from deploylint.model.wording import unless
from deploylint.pattern import compiled
from deploylint_rules.deployment._applications import DEFAULT_ATTRIBUTE, base_of, is_imported_from, modules_of

_WSGI_WORKERS = frozenset(
    {"sync", "gthread", "gevent", "gevent_wsgi", "gevent_pywsgi", "eventlet", "tornado"}
)
# uvicorn takes every option from a variable, too.
_INTERFACE = "UVICORN_INTERFACE"
# These call ASGI applications alone; hypercorn and granian know both.
_ASGI_SERVERS = frozenset({Kind.UVICORN, Kind.DAPHNE})


@rule(
    Severity.ERROR,
    given=((Process, "gunicorn", "uwsgi"),),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "TypeError: * missing 1 required positional argument: 'send'",
        "TypeError: * missing 1 required positional argument: 'start_response'",
    ),
)
def app_interface_mismatch(server: AppServer, context: Context) -> Findings:
    """The server calls the application in another way than it is written for.

    ## Why is this bad?
    WSGI servers call `app(environ, start_response)`, ASGI servers `app(scope, receive, send)`. The server starts,
    loads the application, and every request ends with status 500.

    ## Example
    ```systemd title="deploy/app.service"
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 main:app
    ```
    ```python title="main.py"
    from fastapi import FastAPI

    app = FastAPI()
    ```

    ## Use instead
    ```systemd title="deploy/app.service"
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 -k uvicorn_worker.UvicornWorker main:app
    ```
    ```python title="main.py"
    from fastapi import FastAPI

    app = FastAPI()
    ```

    ## When it is fine
    When the application is wrapped: `a2wsgi` and `asgiref` have adapters for both directions, and the rule knows them.
    Names that get several values are not judged.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#worker-class
    - https://asgi.readthedocs.io/en/latest/specs/main.html
    """
    invocation, target = server.process.invocation, server.target
    called = _called(server)
    if called is None or invocation is None or target is None or target.module is None or target.factory:
        return
    name = target.attribute or DEFAULT_ATTRIBUTE.get(invocation.kind)
    deployment = context.project.deployment_of(server.process.document)
    paths = modules_of(deployment, target.module)
    if name is None or len(paths) != 1:
        return
    source = context.project.tree.read(paths[0])
    base = base_of(paths[0], target.module.replace(".", "/"))
    if source is None or not is_imported_from(base, server, deployment):
        return
    module = describe(source)
    written = module.interfaces.get(name)
    if (
        written is None
        or written is called
        or len(compiled(rf"(?m)^{name}\b\s*(?::[^=\n]+)?=").findall(source.text)) > 1
    ):
        return
    yield Finding(
        server.target_at or server.process.at,
        f"{target.module}:{name} is an {written.value} application, and {server.name} calls it by {called.value}",
        label=f"loaded by {invocation.program}, which speaks {called.value}",
        related=(Label(module.place_of(name), f"speaks {written.value}"),),
        help="give gunicorn an ASGI worker, or use an ASGI server"
        if written is Interface.ASGI
        else "use a WSGI server such as gunicorn, or let the module offer an ASGI application",
        severity=Severity.WARNING if _may_change(server) else None,
    )


def _may_change(server: AppServer) -> bool:
    """Whether a file of variables from outside may choose the worker, or uvicorn's interface."""
    worker = server.setting("worker_class") if server.kind == Kind.GUNICORN.value else None
    return bool(unless(worker)) if worker is not None else bool(server.process.environment.outside)


def _called(server: AppServer) -> Interface | None:
    """How the server calls its application; None where that is not certain."""
    invocation = server.process.invocation
    if invocation is None:
        return None
    if invocation.kind is Kind.GUNICORN:
        worker = server.setting("worker_class")
        if not isinstance(worker, Known) or worker.value not in _WSGI_WORKERS:
            return None
        # A file of variables that is not in the project is where people keep GUNICORN_CMD_ARGS.
        return None if worker.default and worker.unless else Interface.WSGI
    if (
        invocation.kind in _ASGI_SERVERS
        and not invocation.all("interface")
        and _INTERFACE not in server.process.environment.variables
    ):
        return Interface.ASGI
    return None
