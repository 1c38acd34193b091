from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.facts import Route
from deploylint.formats.nginx import Block, File
from deploylint.formats.nginx.scope import inside, is_template


@rule(
    Severity.NOTE,
    named=("server",),
    pedantic=True,
    symptoms=("413 Request Entity Too Large", "client intended to send too large body: * bytes"),
)
def nginx_body_size_default(server: Block, context: Context) -> Findings:
    """Uploads of more than 1 MB are refused, since nobody has set another limit.

    ## Why is this bad?
    nginx answers them with 413 before the application sees them.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        client_max_body_size 20m;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When the application takes no uploads.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size
    """
    if is_template(context) or not isinstance(context.document, File):
        return
    if "client_max_body_size" in context.document.source.text:
        return
    for place in inside(context, server):
        if not place.complete or place.get("client_max_body_size"):
            return
    passes = any(
        route.document is context.document and server.start <= route.at.span.start < server.end
        for route in context.project.every(Route)
    )
    if passes:
        yield Finding(
            server.header,
            "uploads of more than 1 MB are refused",
            label="no client_max_body_size holds here",
            help="set client_max_body_size to what the application takes",
        )
