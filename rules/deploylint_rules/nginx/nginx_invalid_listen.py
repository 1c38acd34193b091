from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import listens
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(listens.SETTERS,),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] invalid port in "*" of the "listen" directive in *',
        '[emerg] invalid host in "*" of the "listen" directive in *',
        '[emerg] no host in "*" of the "listen" directive in *',
        '[emerg] the invalid "*" parameter in *',
    ),
)
def nginx_invalid_listen(file: File, context: Context) -> Findings:
    """An address or a parameter of `listen` that nginx does not take.

    ## Why is this bad?
    nginx refuses to start. Which parameters there are depends on the release: `quic` came with 1.25.0.

    ## Example
    ```nginx
    server {
        listen 0.0.0.0:80800;
        listen 443 tls;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 0.0.0.0:8080;
        listen 443;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#listen
    """
    return refused(refusals(file, context.project, listens.SETTERS))
