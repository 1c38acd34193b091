from deploylint import Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.nginx import Block, Directive, Statement
from deploylint.formats.nginx.scope import Place, is_template, places
from deploylint.pattern import IGNORECASE, pattern
from deploylint.vocabulary.nginx import NEWEST

_UPSTREAM = pattern(r"https?://([^/:$?]++)", IGNORECASE)


@rule(Severity.WARNING, group=Group.PERFORMANCE, named=("proxy_pass",))
def nginx_upstream_keepalive_ineffective(directive: Directive, context: Context) -> Findings:
    """The upstream keeps connections open, and every request asks to close its own.

    ## Why is this bad?
    Unless told otherwise nginx sends `Connection: close`, so that the application closes each connection
    after its answer and `keepalive` keeps nothing.

    ## Example
    ```nginx
    upstream app {
        server 127.0.0.1:8000;
        keepalive 16;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection close;
        }
    }
    ```

    ## Use instead
    ```nginx
    upstream app {
        server 127.0.0.1:8000;
        keepalive 16;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
        }
    }
    ```

    ## When it is fine
    Since nginx 1.29.7 both are the default, and nothing has to be written.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive
    """
    match = _UPSTREAM.match(directive.values[0]) if len(directive.values) == 1 else None
    if match is None or is_template(context):
        return
    new = context.project.targets.get("nginx", NEWEST) >= (1, 29, 7)
    for place in places(context):
        headers = [one.head.values for one in place.get("proxy_set_header")]
        connection = [values for values in headers if values and values[0].lower() == "connection"]
        if connection and (connection[-1][1:] or ("",))[0].lower() != "close":
            return
        if not connection and (new or not place.complete):
            return
        keepalive = _keepalive(place, match[1].lower())
        if keepalive is None:
            return
        yield Finding(
            directive.at,
            f'the connections of "{match[1]}" are closed in spite of keepalive',
            label="sends Connection: close",
            related=(Label(keepalive.at, "keeps nothing"),),
            help='set proxy_http_version 1.1 and an empty Connection header: proxy_set_header Connection ""',
        )
        return


def _keepalive(place: Place, name: str) -> Statement | None:
    """The `keepalive` of an upstream."""
    for block in place.everywhere("upstream"):
        if isinstance(block, Block) and block.values[:1] and block.values[0].lower() == name:
            found = place.configuration.level(block).get("keepalive")
            return found[0] if found and found[0].values != ("0",) else None
    return None
