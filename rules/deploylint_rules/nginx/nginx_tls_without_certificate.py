from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import certificates
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("listen", "include"),),
    group=Group.VALIDITY,
    symptoms=('[emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in *',),
)
def nginx_tls_without_certificate(file: File, context: Context) -> Findings:
    """An address takes TLS, and its default server has no certificate.

    ## Why is this bad?
    nginx refuses to start.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        server_name example.com;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        server_name example.com;
        ssl_certificate /etc/ssl/example.com.pem;
        ssl_certificate_key /etc/ssl/private/example.com.key;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/configuring_https_servers.html
    """
    return faulty(certificates.missing(file, context.project))
