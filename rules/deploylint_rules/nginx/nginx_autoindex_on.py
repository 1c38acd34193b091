from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM, named=("autoindex",))
def nginx_autoindex_on(directive: Directive, context: Context) -> Findings:
    """`autoindex on` lists every file of the folder to anybody.

    ## Why is this bad?
    Uploads, backups and exports that nobody was told of are found in seconds.

    ## Example
    ```nginx
    server {
        listen 80;
        location /media/ {
            alias /srv/app/media/;
            autoindex on;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /media/ {
            alias /srv/app/media/;
        }
    }
    ```

    ## When it is fine
    For folders that are meant to be browsed, such as a mirror or a package index, and behind a password.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_autoindex_module.html
    """
    if [value.lower() for value in directive.values] != ["on"]:
        return
    for place in places(context):
        if place.own("internal") or place.get("auth_basic", "auth_request") or place.get("deny"):
            return
    yield Finding(
        directive.at,
        "the files of this folder are listed to anybody",
        help="remove it, or ask for a password",
    )
