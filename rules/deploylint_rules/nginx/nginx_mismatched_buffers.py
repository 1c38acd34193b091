from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import buffers
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(buffers.NAMES,),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] "*_busy_buffers_size" must be *',
        '[emerg] there must be at least 2 "*_buffers" in *',
    ),
)
def nginx_mismatched_buffers(file: File, context: Context) -> Findings:
    """Buffers whose sizes do not fit each other.

    ## Why is this bad?
    nginx refuses to start. What may be busy sending (`proxy_busy_buffers_size`) has to hold the largest buffer, and has to
    leave at least one buffer free.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_buffer_size 128k;
            proxy_buffers 4 32k;
            proxy_busy_buffers_size 64k;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_buffer_size 128k;
            proxy_buffers 8 32k;
            proxy_busy_buffers_size 128k;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_busy_buffers_size
    """
    return faulty(buffers.faults(file, context.project))
