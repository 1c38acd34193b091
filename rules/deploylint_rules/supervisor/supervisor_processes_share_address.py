from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.formats.command_line.invocation import Bind, Invocation
from deploylint.values.address import TcpAddress, UnixAddress
from deploylint.values.errors import printable

_SHARING = ("reuse-port", "reuse_port")


@rule(
    Severity.ERROR,
    group=Group.CORRECTNESS,
    symptoms=("*Address already in use*", "*Connection in use: *"),
)
def supervisor_processes_share_address(process: Process) -> Findings:
    """Several processes of one program want the same port.

    ## Why is this bad?
    With `numprocs` above 1 supervisor starts the command several times. The first process gets the address, the
    others fail with "Address already in use" until supervisor gives them up.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    process_name=%(program_name)s_%(process_num)d
    numprocs=4
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:800%(process_num)d shop.wsgi
    process_name=%(program_name)s_%(process_num)d
    numprocs=4
    ```

    ## When it is fine
    With gunicorn's `--reuse-port`, and with an `[fcgi-program:x]`, whose socket supervisor opens; the rule knows both.

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    invocation, count = process.invocation, process.instances
    if process.supervision.kind is not SupervisorKind.SUPERVISOR or invocation is None:
        return
    if not isinstance(count, Known) or count.value <= 1 or _shares(invocation):
        return
    bind = next((bind for bind in invocation.binds if _fixed(bind)), None)
    if bind is None:
        return
    source = process.document.source
    yield Finding(
        source.location(bind.span.start, bind.span.end),
        printable(
            f"{process.name}: {count.value} processes want {bind.address}, which only one of them gets"
        ),
        related=() if count.at is None else (Label(count.at, f"{count.value} processes"),),
        help="put %(process_num)d into the address, or let one process have several workers",
    )


def _shares(invocation: Invocation) -> bool:
    return not invocation.complete or any(invocation.all(name) for name in _SHARING)


def _fixed(bind: Bind) -> bool:
    """An address with a port that all of them ask for."""
    match bind.address:
        case TcpAddress(port=port):
            return port != 0
        case UnixAddress():
            return True
        case _:
            return False
