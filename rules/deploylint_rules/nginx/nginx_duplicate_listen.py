from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import listeners
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("listen", "include"),),
    group=Group.VALIDITY,
    symptoms=(
        "[emerg] a duplicate listen * in *",
        "[emerg] a duplicate default server for * in *",
        "[emerg] duplicate listen options for * in *",
    ),
)
def nginx_duplicate_listen(file: File, context: Context) -> Findings:
    """An address is listened on twice, or has two default servers.

    ## Why is this bad?
    nginx refuses to start. Servers may share an address, but one server names it once, one server is its default, and one
    server gives the options of its socket.

    ## Example
    ```nginx
    server {
        listen 80 default_server;
        server_name a.example;
    }
    server {
        listen 80 default_server;
        server_name b.example;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80 default_server;
        server_name a.example;
    }
    server {
        listen 80;
        server_name b.example;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#listen
    """
    return faulty(listeners.duplicates(file, context.project))
