from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Protocol, Route
from deploylint.model.headers import TELL_SCHEME
from deploylint_rules.nginx._routes import is_local


@rule(Severity.WARNING, confidence=Confidence.MEDIUM, pedantic=True)
def nginx_forwarded_proto_missing(route: Route, context: Context) -> Findings:
    """The application does not learn that the browser uses TLS.

    ## Why is this bad?
    The application believes that it is asked over plain HTTP. It builds `http://` links, Django's
    `SECURE_SSL_REDIRECT` redirects without end, and its check of the Origin header fails.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
    ```

    ## When it is fine
    When the application builds no absolute links and asks for no TLS itself. Where the project holds the server
    behind the route, `forwarded-proto-missing` judges both together.

    ## References
    - https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header
    - https://docs.gunicorn.org/en/stable/deploy.html
    """
    headers = route.headers
    if route.directive != "proxy_pass" or route.protocol is not Protocol.HTTP:
        return
    if route.server is None or not route.server.tls or not isinstance(headers, Known):
        return
    if getattr(route.document, "generated", False) or not TELL_SCHEME.isdisjoint(headers.value):
        return
    if is_local(route) and not _is_judged_with_its_server(route, context):
        yield Finding(
            route.at,
            "the application does not learn that the request came over TLS",
            label="passes the request on in the clear",
            related=(Label(route.server.at, "this server speaks TLS"),),
            help='add "proxy_set_header X-Forwarded-Proto $scheme;"',
        )


def _is_judged_with_its_server(route: Route, context: Context) -> bool:
    return any(
        connection.route is route and connection.servers
        for connection in context.project.deployment_of(route.document).connections
    )
