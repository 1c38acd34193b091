from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block

_METHODS = frozenset({"least_conn", "ip_hash", "hash", "random", "least_time"})


@rule(
    Severity.WARNING,
    named=("upstream",),
    symptoms=("[warn] load balancing method redefined in *",),
)
def nginx_balancing_after_keepalive(upstream: Block) -> Findings:
    """The balancing method stands behind `keepalive` and undoes it.

    ## Why is this bad?
    `keepalive` wraps the method that was chosen before it. A method behind it takes its place: nginx warns
    `load balancing method redefined` and opens a new connection for each request.

    ## Example
    ```nginx
    upstream app {
        keepalive 16;
        least_conn;
        server 127.0.0.1:8000;
    }
    ```

    ## Use instead
    ```nginx
    upstream app {
        least_conn;
        server 127.0.0.1:8000;
        keepalive 16;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive
    """
    keepalive = None
    for statement in upstream.children:
        if statement.name == "keepalive":
            keepalive = statement
        elif keepalive is not None and statement.name in _METHODS:
            yield Finding(
                statement.at,
                f'"{statement.name}" behind "keepalive" takes its place',
                label="load balancing method redefined",
                related=(Label(keepalive.at, "not in force any more"),),
                help="put the balancing method first",
            )
            return
