from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import passes
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(passes.SETTERS,),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] invalid URL prefix in *",
        '[emerg] "proxy_pass" cannot have URI part in *',
        '[emerg] invalid host in upstream "*" in *',
        '[emerg] invalid port in upstream "*" in *',
    ),
)
def nginx_invalid_pass_target(file: File, context: Context) -> Findings:
    """A target of `proxy_pass` and its kin that nginx cannot use.

    ## Why is this bad?
    nginx refuses to start. `proxy_pass` wants `http://` or `https://`; `uwsgi_pass` and `fastcgi_pass` want a bare address;
    and where a location is a regular expression, nginx cannot replace the path.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass 127.0.0.1:8000;
        }
        location ~ ^/api/ {
            proxy_pass http://127.0.0.1:8001/v1/;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
        location /api/ {
            proxy_pass http://127.0.0.1:8001/v1/;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
    """
    return refused(refusals(file, context.project, passes.SETTERS))
