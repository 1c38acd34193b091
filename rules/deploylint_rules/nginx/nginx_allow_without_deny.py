from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import is_template, places


@rule(Severity.WARNING, group=Group.SECURITY, named=("allow",))
def nginx_allow_without_deny(directive: Directive, context: Context) -> Findings:
    """Addresses are allowed and none is denied, so that all are allowed.

    ## Why is this bad?
    A request that no `allow` or `deny` fits is let through. A list of friends keeps nobody out.

    ## Example
    ```nginx
    server {
        listen 80;
        location /admin/ {
            allow 10.0.0.0/8;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /admin/ {
            allow 10.0.0.0/8;
            deny all;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_access_module.html
    """
    if is_template(context) or directive.opaque:
        return
    for place in places(context):
        level = place.configuration.level(place.bodies[0])
        allowed = level.get("allow")
        if not level.complete or level.get("deny") or allowed[0] is not directive:
            return
        if any(one.values == ("all",) for one in allowed):
            return
        if any(one.values == ("any",) for one in place.get("satisfy")):
            return
        # Nothing is known of the other lists that a fragment is included beside.
        if place.server is None and len(place.bodies) == 1:
            return
    yield Finding(
        directive.at,
        "nobody is denied, so that this list keeps nobody out",
        label='no "deny" stands beside it',
        help='add "deny all;" behind the last allow',
    )
