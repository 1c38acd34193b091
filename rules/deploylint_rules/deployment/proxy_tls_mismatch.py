from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Listener, Process, Protocol, Route
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection
from deploylint.model.wording import address_of, unless
from deploylint.source import Location

_FILES = ("certfile", "keyfile")
# gunicorn may get its TLS from elsewhere, too.
_HOOKS = ("ssl_context",)


@rule(
    Severity.ERROR,
    given=(Route, (Process, "gunicorn", "uwsgi")),
    symptoms=(
        "upstream prematurely closed connection while reading response header from upstream",
        "SSL_do_handshake() failed (SSL: * wrong version number*) while SSL handshaking to upstream",
        "502 Bad Gateway",
    ),
)
def proxy_tls_mismatch(connection: Connection) -> Findings:
    """nginx speaks TLS to a server that does not, or the other way round.

    ## Why is this bad?
    Every request is answered with 502. A server that waits for TLS closes a plain connection without a word, and
    nginx gets no handshake from one that speaks plain HTTP.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```gunicorn title="gunicorn.conf.py"
    bind = "127.0.0.1:8000"
    certfile = "/etc/ssl/certs/shop.pem"
    keyfile = "/etc/ssl/private/shop.key"
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```gunicorn title="gunicorn.conf.py"
    bind = "127.0.0.1:8000"
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
    - https://docs.gunicorn.org/en/latest/settings.html#certfile
    """
    route = connection.route
    if route.directive != "proxy_pass" or route.protocol is not Protocol.HTTP or not connection.listeners:
        return
    scheme = route.at.text.removeprefix("proxy_pass").strip().strip("\"'").partition("://")[0]
    if scheme not in ("http", "https") or len(connection.servers) != len(connection.listeners):
        return
    ends = list(zip(connection.listeners, connection.servers, strict=True))
    spoken = {_speaks_tls(listener, server) for listener, server in ends}
    if spoken != {scheme == "http"}:
        return
    listener, server = ends[0]
    doubtful = unless(listener.address, *(server.setting(name) for name in (*_FILES, *_HOOKS)))
    yield Finding(
        connection.target.at,
        f"nginx speaks {scheme}, but {server.name} at {address_of(connection.target)} "
        f"{'waits for TLS' if scheme == 'http' else 'does not speak TLS'}",
        label=f"{scheme} is spoken here",
        related=(Label(_place(listener, server), f"{server.name} listens here"),),
        help="let nginx alone speak TLS, and leave the certificate out"
        if scheme == "http"
        else "write http://",
        severity=Severity.WARNING if doubtful else None,
    )


def _speaks_tls(listener: Listener, server: AppServer) -> bool | None:
    """Whether the server waits for TLS on the socket; None where that cannot be told."""
    if listener.protocol is not Protocol.HTTP or listener not in server.listeners:
        return None
    if server.kind == Kind.UWSGI.value:
        return listener.tls
    if server.kind != Kind.GUNICORN.value:
        return None
    files = [server.setting(name) for name in _FILES]
    hooks = [hook for name in _HOOKS if (hook := server.setting(name)) is not None]
    if not all(isinstance(hook, Known) and hook.default for hook in hooks):
        return None
    if any(isinstance(value, Known) and value.value for value in files):
        return True
    return False if all(isinstance(value, Known) for value in files) else None


def _place(listener: Listener, server: AppServer) -> Location:
    """Where TLS is turned on, else where the server is told to listen."""
    value = server.setting("certfile")
    return value.at if isinstance(value, Known) and value.at is not None else listener.at
