from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import matcher, places


@rule(Severity.NOTE, group=Group.SECURITY, named=("alias",), pedantic=True)
def nginx_alias_prefix_too_wide(directive: Directive, context: Context) -> Findings:
    """Neither the location nor its alias ends with a slash.

    ## Why is this bad?
    `/static-old/x` begins with `/static`, too, and leads to `/srv/app/static-old/x`: to every file and folder
    beside the alias whose name begins like it.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static {
            alias /srv/app/static;
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

    ## When it is fine
    When nothing beside the folder has a name that begins like it.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    """
    if len(directive.values) != 1 or directive.opaque or not _is_folder(directive.values[0]):
        return
    for place in places(context):
        location = place.location
        if location is None or location.opaque or place.get("internal"):
            continue
        modifier, pattern = matcher(location)
        if modifier in {"", "^~"} and pattern and not pattern.endswith("/"):
            yield Finding(
                location.args[-1].at,
                f'"{pattern}x" leads to everything whose name begins with "{directive.values[0]}"',
                label="lacks the slash at its end",
                help="end both the location and the alias with a slash",
            )
            return


def _is_folder(path: str) -> bool:
    return "$" not in path and "." not in path.rpartition("/")[2] and len(path) > 1 and not path.endswith("/")
