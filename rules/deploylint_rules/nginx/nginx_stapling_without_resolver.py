from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import is_template, places


@rule(Severity.NOTE, group=Group.RELIABILITY, named=("ssl_stapling",), pedantic=True)
def nginx_stapling_without_resolver(directive: Directive, context: Context) -> Findings:
    """OCSP stapling is on and no resolver says where the responder is.

    ## Why is this bad?
    nginx looks the responder up once at its start and keeps the address for good. When the address
    changes, answers are stapled no more until somebody restarts nginx.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_stapling on;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_stapling on;
        resolver 127.0.0.53;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling
    """
    if [value.lower() for value in directive.values] != ["on"] or is_template(context):
        return
    for place in places(context):
        if not place.complete or place.get("resolver", "ssl_stapling_file"):
            return
    yield Finding(
        directive.at,
        "no resolver looks up the OCSP responder again",
        label="looked up once, at the start",
        help="set a resolver",
    )
