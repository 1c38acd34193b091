from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import zones
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=((*zones.USED, "include"),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] zero size shared memory zone "*"',
        '[emerg] unknown log format "*" in *',
        '[emerg] "*" zone "*" is unknown in *',
    ),
)
def nginx_undefined_zone(file: File, context: Context) -> Findings:
    """A zone, a cache or a log format that nothing defines.

    ## Why is this bad?
    nginx refuses to start. `limit_req`, `limit_conn`, `proxy_cache` and `access_log` name something that another directive
    of `http` defines: a zone, a cache, a format.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        limit_req_zone $binary_remote_addr zone=logins:10m rate=5r/s;
        server {
            listen 80;
            limit_req zone=login;
        }
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        limit_req_zone $binary_remote_addr zone=logins:10m rate=5r/s;
        server {
            listen 80;
            limit_req zone=logins;
        }
    }
    ```

    ## When it is fine
    In a file that another one includes, which is not at hand, the definition may be there: the finding is a warning then.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
    - https://nginx.org/en/docs/http/ngx_http_log_module.html
    """
    return faulty(zones.undefined(file, context.project))
