from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.model import AppServer, Deployment, is_gunicorn
from deploylint.model.application import sources
from deploylint.model.wording import because


@rule(
    Severity.WARNING,
    when=is_gunicorn,
    given=((Process, "gunicorn"),),
    symptoms=(
        '"Invalid session"',
        "Invalid session * (further occurrences of this error will be logged with level INFO)",
    ),
)
def socketio_with_several_workers(server: AppServer, context: Context) -> Findings:
    """Flask-SocketIO runs in several gunicorn workers.

    ## Why is this bad?
    A Socket.IO client makes several requests for one session, and all of them have to reach the same
    process. gunicorn hands each request to any worker: most connections end with `Invalid session`.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/chat
    ExecStart=/srv/chat/venv/bin/gunicorn -k eventlet -w 4 --bind 127.0.0.1:8000 chat:app
    ```
    ```python title="chat.py"
    from flask import Flask
    from flask_socketio import SocketIO

    app = Flask(__name__)
    socketio = SocketIO(app)
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/chat
    ExecStart=/srv/chat/venv/bin/gunicorn -k eventlet -w 1 --bind 127.0.0.1:8000 chat:app
    ```
    ```python title="chat.py"
    from flask import Flask
    from flask_socketio import SocketIO

    app = Flask(__name__)
    socketio = SocketIO(app)
    ```

    ## When it is fine
    When clients are told to use websockets only and never poll. For more processes start several servers with
    one worker each, a message queue, and `ip_hash` in nginx.

    ## References
    - https://flask-socketio.readthedocs.io/en/latest/deployment.html#gunicorn-web-server
    - https://github.com/miguelgrinberg/Flask-SocketIO/issues/1301
    """
    workers = server.setting("workers")
    if not isinstance(workers, Known) or workers.value <= 1:
        return
    declared = _socketio(server, context.project.deployment_of(server.process.document))
    if declared is not None:
        yield Finding(
            workers.at or server.process.at,
            f"{server.name} runs Flask-SocketIO in {workers.value} workers{because(workers)}",
            label="a client's requests go to any of them",
            related=(Label(declared.at, declared.text),),
            help="run one worker, with more greenlets or threads",
        )


def _socketio(server: AppServer, deployment: Deployment) -> Label | None:
    for source in sources(server, deployment):
        from deploylint.formats.python.application import websockets  # noqa: PLC0415  brings the Python grammar

        for found in websockets(source):
            if found.is_socketio:
                return Label(found.at, "the application uses it here")
    return None
