from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Process
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activators_beside
from deploylint.formats.systemd.services import is_true
from deploylint.formats.systemd.unit import unit_of
from deploylint_rules.systemd._servers import WEB_SERVERS


@rule(Severity.ERROR, given=("Accept",), group=Group.CORRECTNESS)
def systemd_accept_with_server(process: Process, context: Context) -> Findings:
    """`Accept=yes` before a server that accepts connections itself.

    ## Why is this bad?
    With `Accept=yes` systemd starts one instance of the service for each connection and hands it that connection.
    gunicorn and its like want the socket that listens, and fail on the other.

    ## Example
    ```systemd title="systemd/shop.socket"
    [Socket]
    ListenStream=/run/shop.sock
    Accept=yes
    ```
    ```systemd title="systemd/shop@.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## Use instead
    ```systemd title="systemd/shop.socket"
    [Socket]
    ListenStream=/run/shop.sock
    ```
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi
    ```

    ## References
    systemd.socket(5), "Accept="
    """
    file, invocation = process.document, process.invocation
    if not isinstance(file, UnitFile) or invocation is None or invocation.kind not in WEB_SERVERS:
        return
    for socket in activators_beside(unit_of(file, context.project), context.project):
        line = socket.last("Socket", "Accept") if socket.type == "socket" else None
        if line is not None and is_true(line):
            yield Finding(
                line.at,
                f"{socket.name} accepts connections itself, and {invocation.kind.value} wants the listening socket",
                related=(Label(process.at, "it starts this for every connection"),),
                help="leave Accept= out, and rename the service so that it is no template",
            )
