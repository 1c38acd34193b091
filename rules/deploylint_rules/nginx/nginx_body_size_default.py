from bisect import bisect_left
from functools import lru_cache

from deploylint import Context, Finding, Findings, Severity, rule
from deploylint.facts import Route
from deploylint.formats.nginx import Block, File
from deploylint.formats.nginx.scope import inside, is_template
from deploylint.project import Project


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
    starts = _starts_of_routes(context.project, context.document)
    first = bisect_left(starts, server.start)
    if first < len(starts) and starts[first] < server.end:
        yield Finding(
            server.header,
            "uploads of more than 1 MB are refused",
            label="no client_max_body_size holds here",
            help="set client_max_body_size to what the application takes",
        )


@lru_cache(maxsize=1)
def _starts_of_routes(project: Project, file: File) -> list[int]:
    """Where the routes of a file stand, in their order."""
    return sorted(route.at.span.start for route in project.having(Route, "document", file))
