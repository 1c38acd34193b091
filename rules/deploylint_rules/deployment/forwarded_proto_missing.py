from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Protocol, VirtualServer
from deploylint.model import Connection, Deployment
from deploylint.model.headers import TELL_SCHEME


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    symptoms=("CSRF verification failed. Request aborted.", "ERR_TOO_MANY_REDIRECTS"),
)
def forwarded_proto_missing(deployment: Deployment) -> Findings:
    """nginx ends TLS and does not tell the application that the request was https.

    ## Why is this bad?
    The application sees plain http. It makes http:// links and redirects, its own redirect to https goes
    round in a circle, secure cookies and Django's check of the Origin fail.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/shop.pem;
        ssl_certificate_key /etc/ssl/shop.key;
        location / {
            proxy_set_header Host $host;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/ssl/shop.pem;
        ssl_certificate_key /etc/ssl/shop.key;
        location / {
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```
    ```systemd
    [Service]
    User=app
    ExecStart=/srv/app/venv/bin/gunicorn --bind 127.0.0.1:8000 wsgi:app
    ```

    ## When it is fine
    When the application never asks how the request came in, and for WebSockets. uwsgi_params pass HTTPS by themselves.

    ## References
    - https://docs.gunicorn.org/en/stable/deploy.html
    - https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header
    """
    seen: dict[VirtualServer, list[Connection]] = {}
    for connection in deployment.connections:
        route = connection.route
        headers = route.headers
        if (
            route.protocol is Protocol.HTTP
            and route.server is not None
            and route.server.tls
            and connection.servers
            and isinstance(headers, Known)
            and TELL_SCHEME.isdisjoint(headers.value)
            and "upgrade" not in headers.value
        ):
            seen.setdefault(route.server, []).append(connection)
    for server, connections in seen.items():
        first = connections[0]
        others = {connection.route.at.span: connection.route.at for connection in connections[1:]}
        yield Finding(
            first.route.at,
            f"{first.servers[0].name} is not told that requests come by https",
            label="no X-Forwarded-Proto is sent from here",
            related=(
                Label(server.at, "this server block ends TLS"),
                *(Label(at, "nor from here") for span, at in others.items() if span != first.route.at.span),
            ),
            help="add proxy_set_header X-Forwarded-Proto $scheme",
        )
