from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.model.wording import because, seconds

_SETTINGS = {
    SupervisorKind.SYSTEMD: "TimeoutStopSec",
    SupervisorKind.SYSTEMD_USER: "TimeoutStopSec",
    SupervisorKind.SUPERVISOR: "stopwaitsecs",
    SupervisorKind.COMPOSE: "stop_grace_period",
}
# The settings that say for how long a server lets requests end.
_SOONER = {Kind.GUNICORN.value: "graceful_timeout", Kind.UWSGI.value: "reload-mercy"}
_GRACEFUL_SIGNALS = {"TERM", "SIGTERM", "15"}


@rule(
    Severity.WARNING,
    given=((Process, "gunicorn", "uwsgi"),),
    group=Group.RELIABILITY,
    symptoms=(
        "Connection in use: *",
        "[Errno 98] Address already in use",
        "exited (status 137)",
        "* FATAL Exited too quickly (process log may have details)",
        "* BACKOFF Exited too quickly (process log may have details)",
    ),
)
def stop_timeout_too_short(server: AppServer) -> Findings:
    """The supervisor kills the server before it has finished its running requests.

    ## Why is this bad?
    On stop and restart the server lets running requests end. A supervisor that waits less sends SIGKILL:
    the requests are cut off. supervisor kills the master alone: its workers live on and hold the port,
    and the new instance fails with `Connection in use` until it is given up.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    directory=/srv/app
    user=app
    stopwaitsecs=35
    killasgroup=true
    ```

    ## When it is fine
    When no request takes as long as the supervisor waits. Set the server's own graceful timeout to that
    time, and the finding is gone.

    ## References
    - supervisor: http://supervisord.org/configuration.html#program-x-section-settings
    - https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout
    - https://github.com/benoitc/gunicorn/issues/520
    """
    supervision = server.process.supervision
    setting = _SETTINGS.get(supervision.kind)
    outer, inner = supervision.stop_timeout, server.setting("graceful_timeout")
    if setting is None or not isinstance(outer, Known) or not isinstance(inner, Known) or inner.value is None:
        return
    signal = supervision.stop_signal
    if not isinstance(signal, Known) or signal.value.upper() not in _GRACEFUL_SIGNALS:
        return
    if outer.value >= inner.value or inner.value == float("inf") or not _counts(server):
        return
    yield Finding(
        outer.at or server.process.at,
        f"{server.name} is killed after {seconds(outer.value)}{because(outer)}, "
        f"but lets requests run for {seconds(inner.value)}{because(inner)} when it stops",
        label=f"{setting} is {seconds(outer.value)}{because(outer)}",
        related=(
            Label(inner.at or server.process.at, f"requests may take {seconds(inner.value)}{because(inner)}"),
        ),
        help=_help(setting, inner.value, server),
    )


def _counts(server: AppServer) -> bool:
    """supervisor leaves workers behind, so defaults count there; elsewhere one of the times must be somebody's choice."""
    supervision = server.process.supervision
    outer, inner = supervision.stop_timeout, server.setting("graceful_timeout")
    if supervision.kind is SupervisorKind.SUPERVISOR:
        group = supervision.kills_group
        return isinstance(group, Known) and not group.value
    return not (isinstance(outer, Known) and outer.default and isinstance(inner, Known) and inner.default)


def _help(setting: str, graceful: float, server: AppServer) -> str:
    wanted = f"{graceful + 5:g}"
    sooner = f", or lower {_SOONER[server.kind]}" if server.kind in _SOONER else ""
    if server.process.supervision.kind is SupervisorKind.SUPERVISOR:
        return f"set {setting}={wanted} and killasgroup=true{sooner}"
    return f"set {setting} to {wanted} seconds or more{sooner}"
