import posixpath

from deploylint import Confidence, Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.model import AppServer, Deployment
from deploylint.model.foreground import supervisord_stays

_TRUE = {"true", "yes", "on", "1"}
# Official images whose /bin/sh is dash.
_WITH_DASH = ("python", "debian", "ubuntu", "buildpack-deps", "pypy", "node")
_CONTAINERS = {SupervisorKind.COMPOSE, SupervisorKind.DOCKERFILE}


@rule(
    Severity.WARNING,
    given=(Process,),
    group=Group.RELIABILITY,
    symptoms=("Connection in use: *", "[Errno 98] Address already in use", "exited (status 137)"),
)
def wrapper_without_exec(server: AppServer, context: Context) -> Findings:
    """A shell stays in front of the server, so that signals do not reach it.

    ## Why is this bad?
    The supervisor stops the shell; the server lives on without a parent and keeps its port, so that the
    next start fails with `Connection in use`. As the first process of a container the shell ignores
    SIGTERM altogether: every stop takes the whole grace period and ends with SIGKILL.

    ## Example
    ```supervisor title="deploy/app.conf"
    [program:web]
    command=/srv/app/bin/start.sh
    directory=/srv/app
    user=app
    ```
    ```sh title="bin/start.sh"
    #!/bin/sh
    cd /srv/app
    venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```supervisor title="deploy/app.conf"
    [program:web]
    command=/srv/app/bin/start.sh
    directory=/srv/app
    user=app
    ```
    ```sh title="bin/start.sh"
    #!/bin/sh
    cd /srv/app
    exec venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    Under systemd, which stops the whole control group, and under supervisor with `stopasgroup=true`.

    ## References
    - http://supervisord.org/subprocess.html#nondaemonizing-of-subprocesses
    - https://docs.docker.com/reference/dockerfile/#entrypoint
    """
    process, origin = server.process, server.origin
    invocation = process.invocation
    if origin is None or invocation is None or invocation.kind.is_development_server:
        return
    if invocation.wrapping.execs or invocation.wrapping.background:
        return
    deployment = context.project.deployment_of(origin.document)
    is_script = process.document.format == "shell" and process.document is not origin.document
    if not is_script and not _is_command_of_dash(process, deployment):
        return
    kind = origin.supervision.kind
    if kind is SupervisorKind.SUPERVISOR and not _stops_group(origin, deployment):
        effect = "supervisor stops the shell alone, and the server lives on"
        remedy = "write exec in front of it, or set stopasgroup=true"
    elif kind in _CONTAINERS and not _has_init(origin, deployment):
        effect = "the shell is the container's first process and ignores SIGTERM"
        remedy = "write exec in front of it"
    else:
        return
    word = invocation.executable
    starter = process.document.path if is_script else f"the command of {origin.name}"
    yield Finding(
        process.document.source.location(word.span.start, word.span.end),
        f"{starter} starts {invocation.program} without exec: {effect}",
        label="signals do not reach this program",
        related=(Label(origin.at, f"{origin.name} starts the script"),) if is_script else (),
        help=remedy,
        # Whether a host's sh is dash depends on the distribution.
        confidence=Confidence.MEDIUM if not is_script and process.namespace.is_host else None,
    )


def _is_command_of_dash(process: Process, deployment: Deployment) -> bool:
    """Whether the command is `sh -c "..."` for a dash, which stays in front of the last command; bash does not.

    The base image tells which shell `sh` is. Commands in Dockerfiles are dockerfile-shell-form-command's.
    """
    invocation = process.invocation
    if invocation is None or process.supervision.kind not in {*_CONTAINERS, SupervisorKind.SUPERVISOR}:
        return False
    if not {"sh", "dash"} & set(invocation.wrapping.wrappers) or process.document.format == "dockerfile":
        return False
    if process.namespace.is_host:
        # In the foreground it is in a container whose image, and with it the shell, is not in the project.
        return not supervisord_stays(deployment)
    service = deployment.networks.services.get(process.namespace)
    made_by = (
        service.dockerfile
        if service is not None
        else posixpath.join(process.namespace.project, process.namespace.service).removeprefix("./")
    )
    file = next((d for d in deployment.documents_in("dockerfile") if d.path == made_by), None)
    from deploylint.formats.dockerfile.image import image, official_name  # noqa: PLC0415  only where there is one

    made = image(file) if file is not None else None
    base = (made.base if made else None) or (service.image if service and service.build is None else None)
    return base is not None and official_name(base) in _WITH_DASH and "alpine" not in base


def _stops_group(process: Process, deployment: Deployment) -> bool:
    title = process.name.removeprefix("[").removesuffix("]")
    from deploylint.formats.supervisor.configuration import configurations  # noqa: PLC0415  only where there are some

    for configuration in configurations(deployment.documents_in("supervisor")):
        option = configuration.get(title, "stopasgroup")
        if option is not None and (option.opaque or option.value.strip().lower() in _TRUE):
            return True
    return False


def _has_init(process: Process, deployment: Deployment) -> bool:
    """Whether something else is the first process, or nobody waits for a graceful end."""
    service = deployment.networks.services.get(process.namespace)
    if service is not None and service.init:
        return True
    signal = process.supervision.stop_signal
    if isinstance(signal, Known) and signal.value.upper().removeprefix("SIG") == "KILL":
        return True
    return process.invocation is not None and bool(
        {"tini", "dumb-init", "s6-svscan", "catatonit"} & set(process.invocation.wrapping.wrappers)
    )
