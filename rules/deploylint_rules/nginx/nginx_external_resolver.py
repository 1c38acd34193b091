from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.values.address import is_ipv4

_PRIVATE = ("10.", "127.", "192.168.", "169.254.", "100.64.", *(f"172.{number}." for number in range(16, 32)))


@rule(Severity.NOTE, group=Group.SECURITY, named=("resolver",), pedantic=True)
def nginx_external_resolver(directive: Directive) -> Findings:
    """Names are looked up at a public DNS server.

    ## Why is this bad?
    The way there is open to forgery: nginx checks neither DNSSEC nor anything else, and a forged answer
    sends requests to another machine. A public server does not know internal names either.

    ## Example
    ```nginx
    server {
        listen 80;
        resolver 8.8.8.8;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        resolver 127.0.0.53;
    }
    ```

    ## When it is fine
    When it only looks up the responder for OCSP stapling, whose answers are signed.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver
    """
    for word in directive.args:
        host = word.value.partition(":")[0]
        if is_ipv4(host) and not host.startswith(_PRIVATE) and not word.opaque:
            yield Finding(
                directive.at,
                f'names are looked up at "{host}" over the open network',
                help="ask a resolver of your own, such as 127.0.0.53, or 127.0.0.11 in a container",
            )
            return
