from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import HOST, Known, Listener, Process
from deploylint.model import AppServer, is_managed_gunicorn
from deploylint.values.address import TcpAddress, is_any
from deploylint_rules.deployment._filters import is_filtered


@rule(
    Severity.WARNING,
    mentions=("*",),
    given=((Process, "gunicorn", "uwsgi"),),
    when=is_managed_gunicorn,
    group=Group.SECURITY,
)
def forwarded_headers_trusted_from_anywhere(server: AppServer, context: Context) -> Findings:
    """Every client may say which scheme and address its request has.

    ## Why is this bad?
    With `forwarded_allow_ips = "*"` gunicorn believes `X-Forwarded-Proto` and the headers of forwarders from
    everybody who can connect. On all interfaces of a machine that is anybody: they pass for https, and with
    `SCRIPT_NAME` or what else is forwarded, for a path or a user of their choice.

    ## Example
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 0.0.0.0:8000 --forwarded-allow-ips="*" wsgi:app
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 --forwarded-allow-ips="*" wsgi:app
    ```

    ## When it is fine
    Behind a firewall that lets only the proxy through. A unit with `IPAddressDeny=` is not reported, nor is what runs in
    a container.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#forwarded-allow-ips
    """
    trusted = server.setting("forwarded_allow_ips")
    if not isinstance(trusted, Known) or trusted.at is None or not _is_everybody(trusted.value):
        return
    if is_filtered(server.process, context.project):
        return
    for listener in server.listeners:
        if listener.namespace == HOST and _is_public(listener):
            yield Finding(
                trusted.at,
                f"{server.name} believes forwarded headers from everybody who can connect",
                label="trusts every address",
                related=(Label(listener.at, "listens on all interfaces"),),
                help="listen on 127.0.0.1 or a unix socket, or name the proxy's address",
            )
            return


def _is_everybody(value: object) -> bool:
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    return any(str(name).strip() == "*" for name in names)


def _is_public(listener: Listener) -> bool:
    address = listener.address
    return isinstance(address, Known) and isinstance(address.value, TcpAddress) and is_any(address.value)
