from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import entries
from deploylint.formats.nginx.setters.entries import NAMES
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(NAMES,),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] invalid number of the map parameters in *",
        "[emerg] duplicate default map parameter in *",
        '[emerg] conflicting parameter "*" in *',
        '[emerg] invalid network "*" in *',
    ),
)
def nginx_invalid_map_entry(file: File, context: Context) -> Findings:
    """A line of `map`, `geo`, `types`, `split_clients` or `charset_map` is wrong.

    ## Why is this bad?
    nginx refuses to start. These blocks hold no directives: a line of a `map` is a value and what it becomes, one of `geo` a
    network and a value, one of `split_clients` a share and a value.

    ## Example
    ```nginx
    map $http_upgrade $connection_upgrade {
        default upgrade;
        "" close;
        default close;
    }
    geo $internal {
        default 0;
        10.0.0.0/33 1;
    }
    ```

    ## Use instead
    ```nginx
    map $http_upgrade $connection_upgrade {
        default upgrade;
        "" close;
    }
    geo $internal {
        default 0;
        10.0.0.0/8 1;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_map_module.html
    - https://nginx.org/en/docs/http/ngx_http_geo_module.html
    """
    return refused(entries.faults(file, context.project))
