from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, SocketUnit
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment

# Servers that never look at the sockets that systemd hands over, whatever they are told.
_DEAF = {Kind.WAITRESS.value, Kind.FLASK_RUN.value, Kind.RUNSERVER.value, Kind.GRANIAN.value}


@rule(
    Severity.WARNING,
    given=(SocketUnit,),
    symptoms=(
        "[Errno 98] Address already in use",
        "504 Gateway Time-out",
        "connect() to unix:* failed (2: No such file or directory)",
    ),
)
def socket_activation_mismatch(deployment: Deployment) -> Findings:
    """The server listens elsewhere than on the socket that systemd hands to it.

    ## Why is this bad?
    gunicorn takes the sockets of its `.socket` unit and ignores its own `bind`: nobody listens where
    `bind` says. uvicorn looks at them only with `--fd`, others never: clients connect to systemd's
    socket and wait for ever.

    ## Example
    ```systemd title="web.service"
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```
    ```systemd title="web.socket"
    [Socket]
    ListenStream=/run/shop.sock

    [Install]
    WantedBy=sockets.target
    ```

    ## Use instead
    ```systemd title="web.service"
    [Service]
    User=shop
    ExecStart=/srv/shop/venv/bin/gunicorn wsgi:app
    ```
    ```systemd title="web.socket"
    [Socket]
    ListenStream=/run/shop.sock

    [Install]
    WantedBy=sockets.target
    ```

    ## References
    - systemd.socket(5)
    - https://docs.gunicorn.org/en/stable/deploy.html
    - https://www.uvicorn.org/settings/
    """
    for unit in deployment.every(SocketUnit):
        for server in deployment.servers:
            if (server.origin or server.process).name == unit.service:
                yield from _mismatch(unit, server)


def _mismatch(unit: SocketUnit, server: AppServer) -> Findings:
    handed = [address.value for address in unit.addresses if isinstance(address, Known)]
    if len(handed) != len(unit.addresses) or not handed:
        return
    there = (Label(unit.at, f"systemd listens on {handed[0]} for it"),)
    invocation = server.process.invocation
    if server.kind in _DEAF or (
        server.kind == Kind.UVICORN.value
        and invocation is not None
        and invocation.complete
        and not invocation.all("fd")
    ):
        yield Finding(
            server.process.at,
            f"{server.kind} does not take the socket that {unit.name} hands over",
            label="the socket is not used",
            related=there,
            help="add --fd 3" if server.kind == Kind.UVICORN.value else "remove the .socket unit",
        )
        return
    if server.kind != Kind.GUNICORN.value:
        return
    for listener in server.listeners:
        if (
            isinstance(listener.address, Known)
            and not listener.address.default
            and listener.address.value not in handed
        ):
            yield Finding(
                listener.at,
                f"bind {listener.address.value} is ignored: {unit.name} hands {handed[0]} to gunicorn",
                label="gunicorn does not listen here",
                related=there,
                help="leave bind out, or let ListenStream= say the same",
            )
