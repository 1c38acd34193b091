from deploylint import Context, Finding, Findings, Fix, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places
from deploylint.values.booleans import parse_nginx_flag
from deploylint.values.errors import InvalidValue
from deploylint.vocabulary import nginx as vocabulary
from deploylint_rules.nginx._edits import removal


@rule(
    Severity.WARNING,
    named=("ssl",),
    symptoms=('[warn] the "ssl" directive is deprecated, use the "listen ... ssl" directive instead in *',),
)
def nginx_ssl_on(directive: Directive, context: Context) -> Findings:
    """`ssl on` is unknown to newer releases, and holds for every port of the server.

    ## Why is this bad?
    Port 80 of the same server then expects TLS, too, and answers plain requests with 400. Since 1.15.0 nginx
    warns, and 1.25.1 refuses to start.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl on;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
    }
    ```

    ## Fix safety
    Safe where every `listen` has the parameter `ssl`; otherwise nothing is changed.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl
    """
    if len(directive.values) != 1 or directive.opaque:
        return
    try:
        if not parse_nginx_flag(directive.values[0]):
            return
    except InvalidValue:
        return
    target = context.project.targets.get("nginx")
    if target is not None and vocabulary.directive("ssl", target) is None:
        return
    for place in places(context):
        if place.server is None:
            continue
        listens = place.configuration.level(place.server).get("listen")
        everywhere = bool(listens) and all("ssl" in one.values[1:] for one in listens)
        yield Finding(
            directive.at,
            '"ssl on" is gone since nginx 1.25.1',
            label="holds for every port of the server",
            help='write "ssl" behind the port: "listen 443 ssl;"',
            fix=Fix("remove it", (removal(directive),)) if everywhere else None,
        )
        return
