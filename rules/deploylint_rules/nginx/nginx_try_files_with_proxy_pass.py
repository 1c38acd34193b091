from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import is_template, level

_PASSES = ("proxy_pass", "uwsgi_pass", "grpc_pass")


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    named=("location",),
    given=("try_files", (*_PASSES, "include")),
)
def nginx_try_files_with_proxy_pass(block: Block, context: Context) -> Findings:
    """`try_files` stands beside `proxy_pass`, so that no file is ever served.

    ## Why is this bad?
    When a file is found, nginx goes on to the location's own handler: `proxy_pass` gets the request all
    the same. When none is found, the last argument answers. The application sees exactly the requests
    for which there is a file.

    ## Example
    ```nginx
    server {
        listen 80;
        root /srv/app/public;
        location / {
            try_files $uri =404;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        root /srv/app/public;
        location / {
            try_files $uri @app;
        }
        location @app {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    For `fastcgi_pass`: `try_files $uri =404` makes sure that the script exists. For a file that only
    says whether the site is down, with a named location as the last argument.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files
    """
    held = level(context, block)
    tried = held.get("try_files")
    if (
        not tried
        or is_template(context)
        or not (passed := held.among(_PASSES))
        or not tried[0].values
        or tried[0].source is not block.source
    ):
        return
    if tried[0].values[-1].startswith("@") or tried[0].opaque:
        return
    yield Finding(
        tried[0].at,
        f'files that are found here go to "{passed[0].name}" all the same',
        label="does not serve the file",
        related=(Label(passed[0].at, "answers whenever a file is found"),),
        help="move the proxy into a named location and make that the last argument",
    )
