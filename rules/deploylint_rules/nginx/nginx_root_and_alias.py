from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.relations import locations
from deploylint_rules.nginx._findings import faulty


@rule(
    Severity.ERROR,
    given=(("root", "alias"),),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] "*" directive is duplicate, "*" directive was specified earlier in *',
        '[emerg] the $document_root variable cannot be used in the "*" directive in *',
    ),
)
def nginx_root_and_alias(file: File, context: Context) -> Findings:
    """`root` and `alias` in one location, or a root that is made of itself.

    ## Why is this bad?
    nginx refuses to start. A location has either a root, to which the whole path is added, or an alias, which replaces the
    location's part of the path.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
            root /srv/app;
            alias /srv/app/static/;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            alias /srv/app/static/;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    """
    return faulty(locations.roots(file, context.project))
