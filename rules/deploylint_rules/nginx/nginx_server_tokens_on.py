from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import Directive


@rule(Severity.NOTE, group=Group.SECURITY, named=("server_tokens",), pedantic=True)
def nginx_server_tokens_on(directive: Directive) -> Findings:
    """nginx tells everybody its version.

    ## Why is this bad?
    Error pages and the Server header name the release, which tells scanners what to try.

    ## Example
    ```nginx
    http {
        server_tokens on;
    }
    ```

    ## Use instead
    ```nginx
    http {
        server_tokens off;
    }
    ```

    ## When it is fine
    A release that is kept up to date has nothing to hide.

    ## Fix safety
    Unsafe: the Server header changes.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens
    """
    for word in directive.args[:1]:
        if word.value.lower() in {"on", "build"}:
            yield Finding(
                directive.at,
                "the version of nginx is shown to everybody",
                help="turn it off",
                fix=Fix("turn it off", (Edit(word.at, "off"),), Safety.UNSAFE),
            )
