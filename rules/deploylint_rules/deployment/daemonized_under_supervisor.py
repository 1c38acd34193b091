from collections.abc import Iterator, Sequence

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, ProcessHead, SupervisorKind, Value
from deploylint.formats.command_line.invocation import Invocation, Kind, Option
from deploylint.model import Deployment
from deploylint.model.foreground import nginx_stays, supervisord_stays
from deploylint.model.wording import unless
from deploylint.source import Location
from deploylint.values.words import Word

_SYSTEMD = (SupervisorKind.SYSTEMD, SupervisorKind.SYSTEMD_USER)
_FOREGROUND_TYPES = {"", "simple", "exec", "notify", "notify-reload", "idle"}
_HANDING_ON = frozenset(
    {
        "service",
        "systemctl",
        "apachectl",
        "apache2ctl",
        "docker",
        "podman",
        "start-stop-daemon",
        "redis-server",
    }
)
_WHAT_HAPPENS = {
    SupervisorKind.SUPERVISOR: "supervisor sees it exit and starts it again",
    SupervisorKind.COMPOSE: "the container ends as soon as it has gone into the background",
    SupervisorKind.DOCKERFILE: "the container ends as soon as it has gone into the background",
}


def _is_to_stay(head: ProcessHead) -> bool:
    """Whether its manager waits for it in the foreground."""
    manager, service_type, kind = head
    if kind is None or manager in (SupervisorKind.PROCFILE, SupervisorKind.SCRIPT):
        return False
    return manager not in _SYSTEMD or service_type in _FOREGROUND_TYPES


@rule(
    Severity.ERROR,
    when=_is_to_stay,
    symptoms=(
        "exited: * (exit status 0; not expected)",
        "exited with code 0",
        "Start request repeated too quickly",
        "* FATAL Exited too quickly (process log may have details)",
        "* BACKOFF Exited too quickly (process log may have details)",
    ),
)
def daemonized_under_supervisor(process: Process, context: Context) -> Findings:
    """A supervised program puts itself into the background.

    ## Why is this bad?
    The supervisor watches the process that it started. When that one forks and exits, supervisor and
    systemd take the program for dead and start it again, which fails because the first still holds the
    port; a container simply ends.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --daemon --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app
    ```

    ## When it is fine
    Under systemd with `Type=forking`.

    ## References
    - http://supervisord.org/subprocess.html#nondaemonizing-of-subprocesses
    - https://github.com/benoitc/gunicorn/issues/2673
    """
    supervision, invocation = process.supervision, process.invocation
    if invocation is None or invocation.wrapping.conditional:
        return
    if invocation.wrapping.background and not _ends_in_background(process, invocation):
        return
    deployment = context.project.deployment_of(process.document)
    happens = _WHAT_HAPPENS.get(supervision.kind, "systemd takes it for ended and kills what is left")
    server = deployment.server_of(process)
    setting = server.setting("daemon") if server else None
    for at, what in _background(process, invocation, setting, deployment):
        related = (Label(process.at, f"{supervision.kind.value} starts it here, and waits for it to stay"),)
        yield Finding(
            at,
            f"{process.name} goes into the background; {happens}",
            label=what,
            related=related,
            help="keep it in the foreground, or set Type=forking and PIDFile="
            if supervision.kind in _SYSTEMD
            else "keep it in the foreground",
            severity=Severity.WARNING if unless(setting) else None,
        )


def _background(
    process: Process, invocation: Invocation, setting: Value[bool] | None, deployment: Deployment
) -> Iterator[tuple[Location, str]]:
    """Where it is told to go into the background, and in which words."""
    source = process.document.source
    if invocation.wrapping.background:
        yield process.at, "the shell ends as soon as it has started this"
    elif isinstance(setting, Known) and setting.value and setting.at:
        yield setting.at, "it leaves the foreground because of this"
    elif setting is None and invocation.daemon is not None and not invocation.daemon.negated:
        yield _at(process, invocation.daemon), "it leaves the foreground because of this"
    elif invocation.kind is Kind.CELERY_MULTI:
        yield (
            source.location(invocation.span.start, invocation.span.end),
            "celery multi starts its workers in the background",
        )
    elif invocation.kind is Kind.NGINX and invocation.complete and not _stays(invocation, deployment):
        yield (
            source.location(invocation.span.start, invocation.span.end),
            "nginx goes into the background unless told daemon off",
        )
    elif invocation.kind is Kind.SUPERVISORD and invocation.complete and not _stays(invocation, deployment):
        yield (
            source.location(invocation.span.start, invocation.span.end),
            "supervisord goes into the background without -n",
        )
    elif _starts_elsewhere(invocation.words):
        yield process.at, f"{invocation.program} starts something else and ends"


def _starts_elsewhere(command: Sequence[Word]) -> bool:
    """Whether a command hands its work to another process and ends: an init script, a client of docker or systemd."""
    program = command[0].known or ""
    name = program.rpartition("/")[2]
    is_init_script = program.startswith("/etc/init.d/")
    if name not in _HANDING_ON and not is_init_script:
        return False
    words = [word.known for word in command]
    if name in ("service", "systemctl", "apachectl", "apache2ctl") or is_init_script:
        rest = set(words[1:])
        return bool(rest & {"start", "restart"}) and not rest & {"-DFOREGROUND", "FOREGROUND", "--wait"}
    if name in ("docker", "podman"):
        return words[1:2] == ["run"] and not {"-d", "--detach"}.isdisjoint(words)
    if name == "start-stop-daemon":
        return not {"-b", "--background"}.isdisjoint(words)
    return "--daemonize yes" in " ".join(word or "" for word in words)


def _ends_in_background(process: Process, invocation: Invocation) -> bool:
    """Whether `sh -c` starts this with `&` and has nothing left to do."""
    if not {"sh", "bash", "dash"} & set(invocation.wrapping.wrappers) or process.document.format == "shell":
        return False
    last = invocation.words[-1].known
    return last is not None and last.rstrip().endswith("&") and "&" not in last.rstrip()[:-1]


def _at(process: Process, option: Option) -> Location:
    return process.document.source.location(option.span.start, option.span.end)


def _stays(invocation: Invocation, deployment: Deployment) -> bool:
    """Whether nginx or supervisord is told to stay, on the command line or in a file of the deployment.

    A file that is not in the deployment may say anything.
    """
    if any("daemon" in (word.value or "") and "off" in word.value for word in invocation.command):
        return True
    if any(option.name in ("nodaemon", "n") for option in invocation.options):
        return True
    if invocation.kind is Kind.NGINX:
        return nginx_stays(deployment) is not False
    return supervisord_stays(deployment) is not False
