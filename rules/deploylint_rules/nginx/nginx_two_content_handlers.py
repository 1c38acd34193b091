from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import HANDLERS, is_template, level

_HANDLERS = frozenset(HANDLERS)


@rule(Severity.WARNING, named=("location", "if"), given=(HANDLERS,))
def nginx_two_content_handlers(block: Block, context: Context) -> Findings:
    """Two directives of one location want to answer the same request.

    ## Why is this bad?
    nginx says nothing and lets the last one answer. The other one never sees a request.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            uwsgi_pass 127.0.0.1:3031;
            proxy_pass http://127.0.0.1:8000;
        }
    }
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

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
    """
    held = level(context, block)
    if len(_HANDLERS & held.directives.keys()) < 2 or is_template(context):
        return
    found = held.among(HANDLERS)
    if any(one.source is not block.source for one in found):
        return
    found.sort(key=lambda one: one.start)
    last = found[-1]
    yield Finding(
        found[0].at,
        f'"{last.name}" further down takes the place of "{found[0].name}"',
        label="never sees a request",
        related=(Label(last.at, "the last one answers"),),
        help="keep one of them, or give each a location of its own",
    )
