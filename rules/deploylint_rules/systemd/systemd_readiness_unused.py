from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.unit import unit_of


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def systemd_readiness_unused(process: Process, context: Context) -> Findings:
    """gunicorn tells systemd when it is ready, and nobody listens.

    ## Why is this bad?
    With `Type=simple` the service counts as started before gunicorn listens, so that what is ordered after it
    starts too early, and a start that fails a moment later looks like a success to `systemctl`. gunicorn sends
    `READY=1` once its sockets are bound.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Type=notify
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## When it is fine
    A shell or a wrapper starts gunicorn and stays: then it also takes `NotifyAccess=all`.

    ## References
    systemd.service(5), "Type="; https://docs.gunicorn.org/en/stable/deploy.html#systemd
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or invocation.kind is not Kind.GUNICORN:
        return
    wrapping = invocation.wrapping
    if wrapping.wrappers or wrapping.background or (wrapping.shell and not wrapping.execs):
        return
    unit = unit_of(file, context.project)
    if not unit.is_whole or process.supervision.service_type not in ("simple", "exec", "idle"):
        return
    line = unit.last("Service", "Type")
    yield Finding(
        line.at if line else process.at,
        f"{process.name} counts as started before gunicorn listens",
        help="write Type=notify",
    )
