from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import servers
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=('[emerg] no "events" section in configuration',),
)
def nginx_no_events(file: File, context: Context) -> Findings:
    """A main file without an `events` block.

    ## Why is this bad?
    nginx refuses to start: it wants the block even if nothing is in it.

    ## Example
    ```nginx title="nginx/nginx.conf"
    http {
        server {
            listen 80;
        }
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    http {
        server {
            listen 80;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/ngx_core_module.html#events
    """
    return faulty(servers.no_events(file, context.project))
