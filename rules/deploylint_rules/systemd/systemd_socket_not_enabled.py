from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.systemd import UnitFile
from deploylint.formats.systemd.activation import activated, is_linked, wanted_units
from deploylint.formats.systemd.unit import unit_of, units_named

_ENABLING = ("WantedBy", "RequiredBy", "UpheldBy")


def _is_socket(head: tuple[str, object]) -> bool:
    return head[0] == "socket"


@rule(Severity.WARNING, group=Group.RELIABILITY, when=_is_socket)
def systemd_socket_not_enabled(file: UnitFile, context: Context) -> Findings:
    """A service is enabled, and the socket that it gets its connections from is not.

    ## Why is this bad?
    At boot systemd starts the service without its socket: the server opens an address of its own instead,
    and nginx finds nobody on the one that the socket names.

    ## Example
    ```systemd title="systemd/shop.socket"
    [Socket]
    ListenStream=/run/shop.sock
    ```
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## Use instead
    ```systemd title="systemd/shop.socket"
    [Socket]
    ListenStream=/run/shop.sock

    [Install]
    WantedBy=sockets.target
    ```
    ```systemd title="systemd/shop.service"
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi

    [Install]
    WantedBy=multi-user.target
    ```

    ## When it is fine
    When the socket is enabled by somebody else. With `Requires=shop.socket` in the service it comes along; the
    rule knows that case.

    ## References
    systemd.socket(5), systemd.unit(5)
    """
    if file.is_fragment or file.is_template:
        return
    socket = unit_of(file, context.project)
    services = units_named(activated(socket), context.project)
    if not socket.is_whole or len(services) != 1 or not services[0].is_whole:
        return
    (service,) = services
    if any(socket.all("Install", key) for key in _ENABLING) or socket.name in wanted_units(context.project):
        return
    if is_linked(socket, context.project):
        return
    enabled = next((line for key in _ENABLING for line in service.all("Install", key)), None)
    if enabled is None or any(word == socket.name for word, _ in service.words("Service", "Sockets")):
        return
    section = file.section("Socket")
    yield Finding(
        section.at if section else file.source.location(0, 0),
        f"{service.name} starts at boot without {socket.name}, which is not enabled",
        label="nothing starts this socket",
        related=(Label(enabled.at, "the service is enabled here"),),
        help="add [Install] with WantedBy=sockets.target",
    )
