from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import context_of
from deploylint.vocabulary.nginx import NEWEST


@rule(
    Severity.NOTE,
    group=Group.RELIABILITY,
    named=("listen",),
    pedantic=True,
    symptoms=(
        '[warn] the "listen ... http2" directive is deprecated, use the "http2" directive instead in *',
    ),
)
def nginx_listen_http2_deprecated(directive: Directive, context: Context) -> Findings:
    """`listen ... http2` is deprecated since nginx 1.25.1.

    ## Why is this bad?
    nginx warns at each start. The directive `http2 on` is its successor, which holds for one server instead
    of for all on the address.

    ## Example
    ```nginx
    server {
        listen 443 ssl http2;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        http2 on;
    }
    ```

    ## When it is fine
    For releases before 1.25.1, which do not know the directive.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_v2_module.html#http2
    """
    if context.project.targets.get("nginx", NEWEST) < (1, 25, 1) or context_of(context) != "server":
        return
    for word in directive.args[1:]:
        if word.value == "http2":
            yield Finding(
                word.at,
                '"listen ... http2" is deprecated',
                label="deprecated since nginx 1.25.1",
                help='write "http2 on;" on a line of its own',
            )
