from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import matcher, places

# Folders of an application that hold what nobody was told of, or what nobody needs to browse.
_OWN = frozenset(
    {
        "static",
        "staticfiles",
        "media",
        "upload",
        "uploads",
        "backup",
        "backups",
        "log",
        "logs",
        "private",
        "protected",
    }
)


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
    For folders that are meant to be browsed, such as a mirror or a package index, and behind a password. A
    location of its own is looked at only when it has a name such as `/media/`, `/static/` or `/uploads/`.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_autoindex_module.html
    """
    if [value.lower() for value in directive.values] != ["on"]:
        return
    for place in places(context):
        if place.get("internal") or place.get("auth_basic", "auth_request") or place.get("deny"):
            return
        location = place.location
        if location is not None and not _is_own(matcher(location)[1]):
            return
    yield Finding(
        directive.at,
        "the files of this folder are listed to anybody",
        help="remove it, or ask for a password",
    )


def _is_own(pattern: str) -> bool:
    """Whether a location is all of the site, or a folder of that name."""
    last = pattern.rstrip("/").rpartition("/")[2].lower()
    return pattern == "/" or last in _OWN
