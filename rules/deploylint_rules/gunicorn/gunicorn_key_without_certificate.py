from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.gunicorn import GunicornConfig
from deploylint_rules.gunicorn._settings import is_unset, severity_of, stated


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("TypeError: certfile should be a valid filesystem path",),
)
def gunicorn_key_without_certificate(config: GunicornConfig, context: Context) -> Findings:
    """`keyfile` without `certfile`: no request is answered.

    ## Why is this bad?
    Either of the two turns TLS on. gunicorn starts and listens, and fails at every connection: clients that
    speak TLS are cut off, others get an error 500.

    ## Example
    ```gunicorn
    bind = "0.0.0.0:8443"
    keyfile = "/etc/ssl/private/shop.key"
    ```

    ## Use instead
    ```gunicorn
    bind = "0.0.0.0:8443"
    certfile = "/etc/ssl/certs/shop.pem"
    keyfile = "/etc/ssl/private/shop.key"
    ```

    ## When it is fine
    When the command line gives the certificate. `certfile` alone is enough where the file holds the key, too.

    ## References
    https://docs.gunicorn.org/en/latest/settings.html#certfile
    """
    key, certificate = stated(config, "keyfile"), stated(config, "certfile")
    if key is None or not key.value or (certificate is None and not is_unset(config, "certfile")):
        return
    if certificate is not None and certificate.value is not None:
        return
    severities = [severity_of(config, name, context.project) for name in ("certfile", "keyfile")]
    if None not in severities and not any(config.outcome.names.get("ssl_context", ())):
        yield Finding(
            key.node.at,
            "gunicorn has a key and no certificate: it fails at every connection",
            label="turns TLS on",
            help="set certfile as well, or leave this out",
            severity=Severity.WARNING if Severity.WARNING in severities else None,
        )
