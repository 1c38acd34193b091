from deploylint import Context, Edit, Finding, Findings, Fix, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import matcher, places


@rule(Severity.WARNING, named=("alias",))
def nginx_alias_slash_mismatch(directive: Directive, context: Context) -> Findings:
    """The location ends with a slash and its alias does not.

    ## Why is this bad?
    nginx puts what follows the location behind the alias as it is: `/static/app.css` becomes
    `/srv/app/staticapp.css`, which is not found.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static/ {
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

    ## Fix safety
    Safe: no file of the folder was found before.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    """
    if len(directive.values) != 1 or directive.opaque:
        return
    word = directive.args[0]
    path = word.value
    if "$" in path or path.endswith(("/", "-", "_")) or "." in path.rpartition("/")[2]:
        return
    for place in places(context):
        location = place.location
        if location is None or place.bodies[0] is not location or location.opaque:
            return
        modifier, pattern = matcher(location)
        if modifier not in {"", "^~"} or not pattern.endswith("/"):
            return
        at = word.source.location(*(word.end - word.quoted,) * 2)
        yield Finding(
            word.at,
            f'the alias lacks the slash that the location "{pattern}" ends with',
            label=f"{pattern}x is looked for as {path}x",
            help="end the alias with a slash",
            fix=Fix("end the alias with a slash", (Edit(at, "/"),)),
        )
        return
