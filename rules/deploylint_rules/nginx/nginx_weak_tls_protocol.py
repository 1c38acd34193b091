from deploylint import Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import Directive

_WEAK = {"sslv2": "SSLv2", "sslv3": "SSLv3", "tlsv1": "TLSv1", "tlsv1.1": "TLSv1.1"}


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    named=("ssl_protocols", "proxy_ssl_protocols", "grpc_ssl_protocols"),
)
def nginx_weak_tls_protocol(directive: Directive) -> Findings:
    """Versions of TLS that are broken are still offered.

    ## Why is this bad?
    SSLv3, TLS 1.0 and 1.1 rest on MD5, SHA-1 and CBC constructions that are broken. Browsers have dropped
    them, and the only clients that still use them are attackers who talk others down.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
    }
    ```

    ## When it is fine
    Towards an old machine of your own, in a network of your own.

    ## Fix safety
    Unsafe: clients that know nothing newer cannot connect any more.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols
    - https://www.rfc-editor.org/rfc/rfc8996
    """
    words = directive.args
    weak = [word for word in words if word.value.lower() in _WEAK]
    if not weak or directive.opaque:
        return
    kept = [word.raw for word in words if word not in weak] or ["TLSv1.2", "TLSv1.3"]
    span = words[0].source.location(words[0].start, words[-1].end)
    yield Finding(
        words[0].source.location(weak[0].start, weak[-1].end),
        f"{', '.join(_WEAK[word.value.lower()] for word in weak)} should not be offered any more",
        label="broken",
        help=f'write "{directive.name} {" ".join(kept)};"',
        fix=Fix("offer the sound versions only", (Edit(span, " ".join(kept)),), Safety.UNSAFE),
    )
