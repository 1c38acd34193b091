from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import zones
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=((*zones.LIMITED, "include"),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] duplicate zone "*" in *',
        '[emerg] * "*" is already bound to key "*" in *',
        '[emerg] duplicate "log_format" name "*" in *',
    ),
)
def nginx_duplicate_zone(file: File, context: Context) -> Findings:
    """Two zones, caches or log formats have the same name.

    ## Why is this bad?
    nginx refuses to start: users of the name could mean either.

    ## Example
    ```nginx
    limit_req_zone $binary_remote_addr zone=one:10m rate=5r/s;
    limit_req_zone $server_name zone=one:10m rate=50r/s;
    ```

    ## Use instead
    ```nginx
    limit_req_zone $binary_remote_addr zone=one:10m rate=5r/s;
    limit_req_zone $server_name zone=two:10m rate=50r/s;
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_limit_req_module.html
    """
    yield from faulty(zones.duplicates(file, context.project))
    yield from faulty(zones.repeated(file, context.project))
    yield from faulty(zones.switched_off(file, context.project))
