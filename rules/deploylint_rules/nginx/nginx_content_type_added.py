from deploylint import Context, Edit, Finding, Findings, Fix, Safety, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places
from deploylint.formats.nginx.words import Head


def _is_content_type(head: Head) -> bool:
    return len(head.values) > 1 and head.values[0].lower() == "content-type" and bool(head.values[1])


@rule(Severity.WARNING, named=("add_header",), when=_is_content_type)
def nginx_content_type_added(directive: Directive, context: Context) -> Findings:
    """`add_header Content-Type` sends a second Content-Type.

    ## Why is this bad?
    nginx sends the type of the file or of the application, and this one after it. Browsers choose one of
    the two, and proxies another.

    ## Example
    ```nginx
    server {
        listen 80;
        location = /health {
            add_header Content-Type text/plain;
            return 200 ok;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location = /health {
            default_type text/plain;
            return 200 ok;
        }
    }
    ```

    ## When it is fine
    When `proxy_hide_header Content-Type` or an empty `types` block and default type take the other away, and beside `return 204`, which has no body and no type.

    ## Fix safety
    Unsafe: `default_type` holds only where no file name and no application says another type.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#default_type
    """
    for place in places(context):
        if any(one.values[:1] in {("204",), ("304",)} for one in place.own("return")):
            return
        hidden = place.get(
            "proxy_hide_header", "uwsgi_hide_header", "fastcgi_hide_header", "grpc_hide_header"
        )
        if any(value.lower() == "content-type" for one in hidden for value in one.values):
            return
        if any(one.values[:1] == ("",) for one in place.get("default_type")):
            return
    yield Finding(
        directive.at,
        "the answer gets a second Content-Type",
        label="added to the one that is there",
        help="set it with default_type, or with types",
        fix=_fix(directive),
    )


def _fix(directive: Directive) -> Fix:
    value = directive.args[1].raw
    return Fix("set it with default_type", (Edit(directive.at, f"default_type {value};"),), Safety.UNSAFE)
