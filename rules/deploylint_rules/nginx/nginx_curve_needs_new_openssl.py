from deploylint import Finding, Findings, Severity, rule
from deploylint.formats.nginx import Directive


@rule(
    Severity.NOTE,
    named=("ssl_ecdh_curve",),
    pedantic=True,
    symptoms=('[emerg] SSL_CTX_set1_curves_list("*") failed', '[emerg] SSL_CTX_set1_groups_list("*") failed'),
)
def nginx_curve_needs_new_openssl(directive: Directive) -> Findings:
    """A post-quantum key exchange is named, which OpenSSL knows since 3.5 only.

    ## Why is this bad?
    Built with an older OpenSSL, as in Debian 12 and Ubuntu 24.04, nginx refuses to start.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_ecdh_curve X25519MLKEM768:X25519;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_ecdh_curve ?X25519MLKEM768:X25519;
    }
    ```

    ## When it is fine
    With OpenSSL 3.5 or newer. The question mark, which makes a name optional, needs OpenSSL 3.3.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_ecdh_curve
    - SSL_CTX_set1_groups_list(3)
    """
    for word in directive.args:
        for name in word.value.split(":"):
            if not name.startswith(("?", "*?")) and ("MLKEM" in name.upper() or "KYBER" in name.upper()):
                yield Finding(
                    word.at,
                    f'"{name}" needs OpenSSL 3.5',
                    label="older ones refuse the list",
                    help=f'make it optional: "?{name}"',
                )
                break
