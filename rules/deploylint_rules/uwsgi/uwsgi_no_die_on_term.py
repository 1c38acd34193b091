from deploylint import Context, Edit, Finding, Findings, Fix, Group, Label, Safety, Severity, rule
from deploylint.facts import Known
from deploylint.formats.uwsgi import UwsgiConfig
from deploylint.formats.uwsgi.settings import settings_of
from deploylint.model import AppServer
from deploylint_rules.uwsgi._starts import starting, supervised

# `hook-master-start = unix_signal:15 gracefully_kill_them_all` does the same by hand.
_HOOK = "unix_signal:15"
_UNTIL = (2, 1)


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=("...gracefully killing workers...", "Timeout waiting for uwsgi to stop*"),
)
def uwsgi_no_die_on_term(config: UwsgiConfig, context: Context) -> Findings:
    """On SIGTERM the master of uWSGI 2.0 reloads instead of stopping.

    ## Why is this bad?
    systemd, supervisor and docker stop a process with SIGTERM. uWSGI takes that as a request to reload: every stop
    waits for the whole timeout and ends with SIGKILL, in the middle of requests.

    ## Example
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    master = true
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## Use instead
    ```uwsgi title="deploy/uwsgi.ini"
    [uwsgi]
    socket = /run/shop/uwsgi.sock
    module = shop.wsgi
    master = true
    die-on-term = true
    ```
    ```systemd title="deploy/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/deploy/uwsgi.ini
    ```

    ## When it is fine
    When it is stopped with SIGINT or SIGQUIT (systemd's `KillSignal=`, supervisor's `stopsignal`), or by
    the emperor. An emperor without a master ends on SIGTERM; with one it reloads. Files with which nothing in the project starts uWSGI are not reported: Debian's scripts and
    Arch's units send SIGQUIT.

    ## Fix safety
    Unsafe: whoever reloads uWSGI with SIGTERM stops it then.

    ## References
    https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html
    """
    settings = settings_of(config)
    master, dies, leaves = settings.master, settings.die_on_term, settings.boolean("exit-on-reload")
    if not (
        isinstance(master, Known) and master.value and isinstance(dies, Known) and isinstance(leaves, Known)
    ):
        return
    if dies.value or leaves.value or context.project.targets.get("uwsgi", (2, 0)) >= _UNTIL:
        return
    if any(_HOOK in option.value for option in settings.all("hook-master-start")):
        return
    stopped = [server for server in starting(context.project, config) if _by_term(server)]
    if not stopped:
        return
    place = settings.get("die-on-term") or settings.get("master")
    at = place.at if place is not None else master.at
    if at is None:
        return
    end = at.span.end
    yield Finding(
        at,
        "Without die-on-term uWSGI reloads on SIGTERM instead of stopping",
        label=""
        if place is None or place.name == "die-on-term"
        else "its master waits for SIGINT or SIGQUIT",
        related=tuple(
            Label(server.process.at, f"{server.process.supervision.kind.value} stops it with SIGTERM")
            for server in stopped[:3]
        ),
        help="set die-on-term = true",
        fix=Fix(
            "add die-on-term",
            (Edit(config.source.location(end, end), "\ndie-on-term = true"),),
            Safety.UNSAFE,
        )
        if config.syntax == "ini" and place is not None and place.name == "master" and place.condition is None
        else None,
    )


def _by_term(server: AppServer) -> bool:
    """Whether it is certainly stopped with SIGTERM, and the command line says nothing else."""
    signal, invocation = server.process.supervision.stop_signal, server.process.invocation
    if invocation is None or invocation.all("die-on-term") or not invocation.complete:
        return False
    if any(
        option.value is not None and _HOOK in option.value.value
        for option in invocation.all("hook-master-start")
    ):
        return False
    return (
        supervised(server)
        and isinstance(signal, Known)
        and signal.value.upper().removeprefix("SIG") in ("TERM", "15")
    )
