from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Route, Service, Unknown
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Connection, Deployment
from deploylint.model.wording import listens
from deploylint.pattern import IGNORECASE, pattern
from deploylint.values.address import TcpAddress

# What reads the raw header itself, so that the server's own trust does not matter.
_READS_HEADER = pattern(
    r"SECURE_PROXY_SSL_HEADER|ProxyFix|ProxyHeadersMiddleware|X_FORWARDED_PROTO|x-forwarded-proto",
    IGNORECASE,
)


@rule(
    Severity.WARNING,
    given=(Route, Service),
    confidence=Confidence.MEDIUM,
    symptoms=("ERR_TOO_MANY_REDIRECTS", "CSRF verification failed. Request aborted."),
)
def forwarded_headers_not_trusted(connection: Connection, context: Context) -> Findings:
    """The server ignores X-Forwarded headers of nginx in another container.

    ## Why is this bad?
    gunicorn and uvicorn believe `X-Forwarded-Proto` from 127.0.0.1 only. Requests from another container
    come from its own address: the scheme stays http, links and redirects are wrong, and a redirect to
    https goes round in a circle.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/shop.pem;
        ssl_certificate_key /etc/ssl/shop.key;
        location / {
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass http://web:8000;
        }
    }
    ```
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
      nginx:
        image: nginx:1.27
        volumes: ["./nginx:/etc/nginx/conf.d"]
    ```
    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/shop.pem;
        ssl_certificate_key /etc/ssl/shop.key;
        location / {
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass http://web:8000;
        }
    }
    ```
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 --forwarded-allow-ips="*" wsgi:app
      nginx:
        image: nginx:1.27
        volumes: ["./nginx:/etc/nginx/conf.d"]
    ```
    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    ```

    ## When it is fine
    When the application reads the header by itself, as Django does with SECURE_PROXY_SSL_HEADER and
    werkzeug with ProxyFix; the rule looks for these in the project. `*` is safe as long as the port is
    not published.

    ## References
    - https://docs.gunicorn.org/en/stable/settings.html#forwarded-allow-ips
    - https://www.uvicorn.org/settings/#http
    """
    route = connection.route
    if (
        connection.namespace.is_host
        or route.server is None
        or not route.server.tls
        or not isinstance(route.headers, Known)
        or "x-forwarded-proto" not in route.headers.value
    ):
        return
    deployment = context.project.deployment_of(route.document)
    network = deployment.networks.network(connection.namespace)
    for server in connection.servers:
        for listener in server.listeners:
            if (
                listener not in connection.listeners
                or deployment.networks.network(listener.namespace) == network
            ):
                continue
            if not isinstance(listener.address, Known) or not isinstance(listener.address.value, TcpAddress):
                continue
            if not _trusts_loopback_only(server) or _reads_header(deployment):
                continue
            yield Finding(
                server.process.at,
                f"{server.name} ignores X-Forwarded-Proto: it trusts 127.0.0.1 only, and nginx is another container",
                label="forwarded-allow-ips is not set",
                related=(
                    Label(connection.target.at, "nginx connects from another address"),
                    Label(listener.at, listens(listener)),
                ),
                help='add --forwarded-allow-ips="*", as long as only nginx can reach the port, or let them share a unix socket',
            )


def _trusts_loopback_only(server: AppServer) -> bool:
    invocation = server.process.invocation
    if isinstance(server.process.environment.get("FORWARDED_ALLOW_IPS"), (Known, Unknown)):
        return False
    if server.kind == Kind.GUNICORN.value:
        value = server.setting("forwarded_allow_ips")
        return isinstance(value, Known) and value.default
    if server.kind == Kind.UVICORN.value and invocation is not None:
        return invocation.complete and invocation.forwarded_allow_ips is None
    return False


@lru_cache(maxsize=1)
def _reads_header(deployment: Deployment) -> bool:
    for path in deployment.tree.below(deployment.folder):
        if path.endswith(".py"):
            source = deployment.tree.read(path)
            if source is None or _READS_HEADER.search(source.text):
                return True
    return False
