from deploylint import Context, Findings, Group, Severity, rule
from deploylint.formats.nginx import File
from deploylint.formats.nginx.placing import refusals
from deploylint.formats.nginx.setters import locations
from deploylint_rules.nginx._findings import refused


@rule(
    Severity.ERROR,
    given=(locations.SETTERS,),
    group=Group.VALIDITY,
    symptoms=(
        '[emerg] invalid location modifier "*" in *',
        '[emerg] location "*" is outside location "*" in *',
        '[emerg] location "*" cannot be inside the * location "*" in *',
        '[emerg] invalid method "*" in *',
    ),
)
def nginx_invalid_location(file: File, context: Context) -> Findings:
    """A location with an unknown modifier, or inside one that cannot hold it.

    ## Why is this bad?
    nginx refuses to start. The modifiers are `=`, `^~`, `~` and `~*`; a location inside another one has to begin
    with its prefix, and exact and named locations hold none.

    ## Example
    ```nginx
    server {
        listen 80;
        location /api/ {
            location /static/ {
                root /srv;
            }
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /api/ {
            location /api/static/ {
                root /srv;
            }
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#location
    """
    return refused(refusals(file, context.project, locations.SETTERS))
