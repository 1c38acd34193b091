from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.relations import upstreams as relations
from deploylint.formats.nginx.setters import passes, upstreams
from deploylint_rules.nginx._findings import faulty, refused


@rule(
    Severity.ERROR,
    given=((*upstreams.SETTERS, *passes.NAMES, "upstream", "include"),),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] no servers are inside upstream in *",
        '[emerg] duplicate upstream "*" in *',
        '[emerg] upstream "*" may not have port * in *',
        '[emerg] no port in upstream "*" in *',
    ),
)
def nginx_invalid_upstream(file: File, context: Context) -> Findings:
    """An upstream, or the use of one, that nginx refuses.

    ## Why is this bad?
    nginx refuses to start. A server of an upstream is an address without scheme and path; an upstream has at least one
    server that is not a spare one; and whoever passes requests to an upstream names it without a port.

    ## Example
    ```nginx
    upstream app {
        server http://127.0.0.1:8000;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://app:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    upstream app {
        server 127.0.0.1:8000;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://app;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_upstream_module.html
    """
    yield from refused(refusals(file, context.project, upstreams.SETTERS))
    yield from faulty(relations.faults(file, context.project))
