from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import HOST, Known, Route
from deploylint.model import Connection
from deploylint.model.wording import unless
from deploylint.values.address import UnixAddress
from deploylint_rules.deployment._units import unit_of_server

_PRIVATE = {"yes", "true", "on", "1", "y", "t", "disconnected"}


@rule(
    Severity.ERROR,
    given=(Route, "PrivateTmp"),
    symptoms=(
        "connect() to unix:/tmp/* failed (2: No such file or directory)",
        "connect() to unix:* failed (2: No such file or directory)",
    ),
)
def socket_hidden_by_private_tmp(connection: Connection, context: Context) -> Findings:
    """The socket lies in /tmp of a service that has a /tmp of its own.

    ## Why is this bad?
    `PrivateTmp=yes` gives the service its own /tmp and /var/tmp. The socket exists there and nowhere else:
    nginx gets `(2: No such file or directory)`.

    ## Example
    ```nginx
    server {
        location / {
            proxy_pass http://unix:/tmp/shop.sock;
        }
    }
    ```
    ```systemd
    [Service]
    User=shop
    PrivateTmp=yes
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/tmp/shop.sock wsgi:app
    ```

    ## Use instead
    ```nginx
    server {
        location / {
            proxy_pass http://unix:/run/shop/web.sock;
        }
    }
    ```
    ```systemd
    [Service]
    User=shop
    PrivateTmp=yes
    RuntimeDirectory=shop
    ExecStart=/srv/shop/venv/bin/gunicorn --bind unix:/run/shop/web.sock wsgi:app
    ```

    ## References
    - systemd.exec(5), PrivateTmp=
    - https://github.com/unbit/uwsgi-docs/issues/475
    """
    if connection.namespace != HOST:
        return
    for server in connection.servers:
        unit = unit_of_server(server, context.project)
        setting = unit.last("Service", "PrivateTmp") if unit else None
        if setting is None or setting.value.lower() not in _PRIVATE or unit is None:
            continue
        if unit.value("Unit", "JoinsNamespaceOf"):
            continue
        for listener in connection.listeners:
            match listener.address:
                case Known(value=UnixAddress(path=path)) if (
                    path.startswith(("/tmp/", "/var/tmp/")) and listener in server.listeners  # noqa: S108
                ):
                    yield Finding(
                        listener.at,
                        f"{path} is in the service's own /tmp, where nginx cannot see it",
                        label="the socket is created here",
                        related=(
                            Label(setting.at, "gives the service a /tmp of its own"),
                            Label(connection.target.at, "nginx looks for it in the common /tmp"),
                        ),
                        help="use a folder in /run and RuntimeDirectory=, or leave out PrivateTmp=",
                        severity=Severity.WARNING if unless(listener.address) else None,
                    )
                case _:
                    pass
