from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import locations
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("location", "include"),),
    group=Group.VALIDITY,
    symptoms=('[emerg] duplicate location "*" in *',),
)
def nginx_duplicate_location(file: File, context: Context) -> Findings:
    """Two locations of one server are the same.

    ## Why is this bad?
    nginx refuses to start, since it could not tell which of the two should answer. `/a` and `^~ /a` are the same to it,
    `= /a` is another one; regular expressions are not compared.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
            root /srv/app;
        }
        location /static/ {
            expires 30d;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            root /srv/app;
            expires 30d;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#location
    """
    return faulty(locations.duplicates(file, context.project))
