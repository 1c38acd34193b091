from deploylint import Context, Finding, Findings, Fix, Label, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places
from deploylint_rules.nginx._edits import removal


@rule(
    Severity.NOTE,
    named=("ssl_stapling",),
    symptoms=('[warn] "ssl_stapling" ignored, no OCSP responder URL in the certificate "*"',),
)
def nginx_stapling_letsencrypt(directive: Directive, context: Context) -> Findings:
    """OCSP stapling is on for a certificate that has no OCSP responder.

    ## Why is this bad?
    Let's Encrypt has given up OCSP: its certificates name no responder since May 2025. nginx ignores the
    directive with a warning at every start.

    ## Example
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;
        ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;
        ssl_stapling on;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 443 ssl;
        ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;
        ssl_certificate_key /etc/letsencrypt/live/example.com/privkey.pem;
    }
    ```

    ## Fix safety
    Safe: nginx ignores the directive.

    ## References
    - https://letsencrypt.org/2024/12/05/ending-ocsp/
    - https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling
    """
    if [value.lower() for value in directive.values] != ["on"]:
        return
    for place in places(context):
        certificates = place.get("ssl_certificate")
        paths = [value for one in certificates for value in one.values]
        if not paths or not all("/letsencrypt/" in path for path in paths):
            return
        yield Finding(
            directive.at,
            "the certificate names no OCSP responder, so that nginx ignores ssl_stapling",
            label="ignored",
            related=(Label(certificates[0].at, "issued by Let's Encrypt"),),
            help="remove it",
            fix=Fix("remove it", (removal(directive),)),
        )
        return
