from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import matcher, places


@rule(Severity.WARNING, confidence=Confidence.MEDIUM, named=("root",))
def nginx_root_repeats_location(directive: Directive, context: Context) -> Findings:
    """The root ends with the location's own path, which nginx adds once more.

    ## Why is this bad?
    `root` puts the whole path of the request behind it: `/static/app.css` is looked for as
    `/srv/app/static/static/app.css` and answered with 404.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
            root /srv/app/static;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /static/ {
            root /srv/app;
        }
    }
    ```

    ## When it is fine
    When the folder holds another one of the same name.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#root
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    """
    if len(directive.values) != 1 or directive.opaque or context.parent is None:
        return
    if context.parent.name != "location":
        return
    path = directive.values[0].rstrip("/")
    for place in places(context):
        location = place.location
        if location is None or place.bodies[0] is not location or location.opaque or place.own("rewrite"):
            return
        modifier, pattern = matcher(location)
        prefix = pattern.rstrip("/")
        if modifier not in {"", "^~"} or len(prefix) < 2 or not path.endswith(prefix) or path == prefix:
            return
        # A fallback such as /index.html is looked for in the root itself.
        if any(value.startswith("/") for one in place.own("try_files") for value in one.values):
            return
        yield Finding(
            directive.at,
            f'files are looked for under "{path}{prefix}/"',
            label="nginx adds the location's path",
            related=(Label(location.header, "this path"),),
            help=f'write "root {path[: -len(prefix)] or "/"};", or "alias {path}/;"',
        )
        return
