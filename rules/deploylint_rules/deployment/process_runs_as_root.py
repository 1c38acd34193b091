from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, ProcessHead, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model.variants import together

_APPLICATIONS = {
    Kind.GUNICORN,
    Kind.UWSGI,
    Kind.UVICORN,
    Kind.HYPERCORN,
    Kind.DAPHNE,
    Kind.WAITRESS,
    Kind.GRANIAN,
    Kind.FLASK_RUN,
    Kind.RUNSERVER,
    Kind.CELERY_WORKER,
    Kind.CELERY_BEAT,
    Kind.CELERY_FLOWER,
    Kind.RQ_WORKER,
    Kind.RQ_WORKER_POOL,
    Kind.PYTHON,
}
_ROOT = {"root", "0", "root:root", "0:0"}


def _is_application(head: ProcessHead) -> bool:
    _, _, kind = head
    return kind in _APPLICATIONS


@rule(
    Severity.WARNING,
    when=_is_application,
    group=Group.SECURITY,
    symptoms=("Supervisor is running as root.  Privileges were not dropped",),
)
def process_runs_as_root(process: Process, context: Context) -> Findings:
    """The application runs as root.

    ## Why is this bad?
    Whoever finds a way to run code in the application owns the machine. A system unit without `User=`
    runs as root; so does a supervisor program with `user=root`.

    ## Example
    ```systemd
    [Service]
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    A container whose image names no user is a note only: what its root may do depends on how it is run.

    For jobs that manage the machine itself. The rule looks at web servers and workers, and at Python
    programs of units that run all the time.

    ## References
    - systemd.exec(5), User=
    - https://docs.gunicorn.org/en/stable/settings.html#user
    """
    invocation, user = process.invocation, process.user
    if invocation is None or not isinstance(user, Known):
        return
    if user.value is not None and user.value.strip() not in _ROOT:
        return
    if invocation.wrapping.user is not None or _drops_privileges(process, context):
        return
    if user.value is not None:
        yield Finding(
            user.at or process.at,
            f"{process.name} runs as root",
            label="root is asked for here" if user.at else "nothing gives it another user",
            help="give it a user of its own"
            if user.at
            else "add USER to the Dockerfile, or user: to the service",
            severity=None if user.at else Severity.NOTE,
        )
    elif _is_plain_system_service(process):
        yield Finding(
            process.at,
            f"{process.name} runs as root, because the unit has no User=",
            label="systemd starts this as root",
            help="add User= with an unprivileged user",
        )
    elif (master := _root_supervisor(process, context)) is not None:
        yield Finding(
            process.at,
            f"{process.name} runs as root, because supervisord does and no user= is set",
            label="supervisord starts this as root",
            related=(Label(master.at, f"{master.name} starts supervisord as root"),),
            help="add user= with an unprivileged user",
        )


def _is_plain_system_service(process: Process) -> bool:
    return (
        process.supervision.kind is SupervisorKind.SYSTEMD and process.supervision.service_type != "oneshot"
    )


def _root_supervisor(process: Process, context: Context) -> Process | None:
    """The one unit that starts supervisord, and as root, for a program that keeps the user of supervisord."""
    if process.supervision.kind is not SupervisorKind.SUPERVISOR:
        return None
    deployment = context.project.deployment_of(process.document)
    masters = [
        other
        for other in deployment.every(Process)
        if other.kind is Kind.SUPERVISORD and deployment.homes(other) == deployment.homes(process)
    ]
    if len(masters) != 1 or not together(masters[0].document.path, process.document.path):
        return None
    (master,) = masters
    as_root = isinstance(master.user, Known) and (master.user.value is None or master.user.value in _ROOT)
    return master if as_root and _is_plain_system_service(master) else None


def _drops_privileges(process: Process, context: Context) -> bool:
    """gunicorn's `user` and uWSGI's `uid` make the workers run as somebody else."""
    server = context.project.deployment_of(process.document).server_of(process)
    if server is None:
        return False
    wanted = server.setting("user")
    if wanted is None or wanted.at is None:
        return False
    return not isinstance(wanted, Known) or str(wanted.value) not in _ROOT
