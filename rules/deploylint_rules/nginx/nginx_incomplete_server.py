from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import servers
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("server", "include"),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] no "listen" is defined for server in *',
        "[emerg] no handler for server in *",
    ),
)
def nginx_incomplete_server(file: File, context: Context) -> Findings:
    """A server of `stream` or `mail` that listens nowhere or does nothing.

    ## Why is this bad?
    nginx refuses to start. Unlike in `http` there is no default port.

    ## Example
    ```nginx title="nginx/nginx.conf"
    events {}
    stream {
        server {
            proxy_pass 127.0.0.1:5432;
        }
    }
    ```

    ## Use instead
    ```nginx title="nginx/nginx.conf"
    events {}
    stream {
        server {
            listen 5433;
            proxy_pass 127.0.0.1:5432;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/stream/ngx_stream_core_module.html
    """
    return faulty(servers.incomplete(file, context.project))
