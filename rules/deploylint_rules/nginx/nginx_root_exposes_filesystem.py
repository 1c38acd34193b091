from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import matcher, places
from deploylint.formats.nginx.words import Head

_PRIVATE = frozenset({"/", "/etc", "/root", "/proc", "/sys", "/dev", "/home", "/var", "/etc/nginx"})


def _is_private(head: Head) -> bool:
    if len(head.values) != 1 or head.opaque:
        return False
    return (head.values[0].rstrip("/") or "/") in _PRIVATE


@rule(Severity.ERROR, group=Group.SECURITY, named=("root", "alias"), when=_is_private)
def nginx_root_exposes_filesystem(directive: Directive, context: Context) -> Findings:
    """Files are served from the root of the file system or a folder of the system.

    ## Why is this bad?
    Everybody reads what the worker processes can read: `/etc/passwd`, source code, settings with secrets.

    ## Example
    ```nginx
    server {
        listen 80;
        root /;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        root /srv/app/public;
    }
    ```

    ## When it is fine
    In an internal location that the application sends files from, and in an exact location.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#root
    """
    path = directive.values[0]
    for place in places(context):
        if place.get("internal") or place.own("return", "deny"):
            return
        location = place.location
        if location is not None:
            modifier, pattern = matcher(location)
            if modifier in {"=", "~", "~*", "@"} or (directive.name == "root" and pattern.count("/") > 1):
                return
    yield Finding(
        directive.at,
        f'everybody can read files of "{path}"',
        label="a folder of the system",
        help="name the folder that holds the public files",
    )
