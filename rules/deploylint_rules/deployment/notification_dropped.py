from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.model.wording import unless
from deploylint_rules.deployment._units import unit_of_server

_NOTIFYING = (Kind.GUNICORN.value, Kind.UWSGI.value)


@rule(
    Severity.ERROR,
    given=(Process, "Type", "shell"),
    symptoms=(
        "* Got notification message from PID *, but reception only permitted for main PID *",
        "*: start operation timed out. Terminating.",
    ),
)
def notification_dropped(server: AppServer, context: Context) -> Findings:
    """systemd does not listen to the server, for a shell stands in front of it.

    ## Why is this bad?
    With `Type=notify` systemd takes the message that the service is ready from the main process alone, which is the
    script. The server is its child: its message is dropped, and after 90 seconds systemd kills everything.

    ## Example
    ```systemd title="shop.service"
    [Service]
    Type=notify
    User=shop
    ExecStart=/srv/shop/start.sh
    ```
    ```sh title="start.sh"
    #!/bin/sh
    cd /srv/shop
    /srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## Use instead
    ```systemd title="shop.service"
    [Service]
    Type=notify
    User=shop
    ExecStart=/srv/shop/start.sh
    ```
    ```sh title="start.sh"
    #!/bin/sh
    cd /srv/shop
    exec /srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## When it is fine
    With `NotifyAccess=all`, which takes the message from every process of the service.

    ## References
    - systemd.service(5), "Type=" and "NotifyAccess="
    - sd_notify(3)
    """
    process, origin = server.process, server.origin
    invocation = process.invocation
    if server.kind not in _NOTIFYING or origin is None or invocation is None:
        return
    if process.document.format != "shell" or origin.supervision.service_type not in (
        "notify",
        "notify-reload",
    ):
        return
    wrapping, daemon = invocation.wrapping, server.setting("daemon")
    if (
        wrapping.execs
        or wrapping.background
        or wrapping.conditional
        or "systemd-notify" in process.document.source.text
    ):
        return
    if isinstance(daemon, Known) and daemon.value:
        return
    unit = unit_of_server(server, context.project)
    line = unit.last("Service", "NotifyAccess") if unit is not None else None
    if (
        unit is None
        or not unit.is_whole
        or (line is not None and (line.opaque or line.value.lower() == "all"))
    ):
        return
    span = invocation.executable.span
    yield Finding(
        process.document.source.location(span.start, span.end),
        f"{process.document.path} starts {invocation.program} without exec, so that systemd ignores its message",
        label="the shell stays the main process",
        related=(Label(origin.at, f"{origin.name} starts the script and waits for a message"),),
        help="write exec in front of it, or set NotifyAccess=all",
        severity=Severity.WARNING if unless(daemon) else None,
    )
