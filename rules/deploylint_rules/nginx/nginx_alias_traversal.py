from deploylint import Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.nodes import Word
from deploylint.formats.nginx.scope import matcher, places


@rule(Severity.ERROR, group=Group.SECURITY, named=("alias",))
def nginx_alias_traversal(directive: Directive, context: Context) -> Findings:
    """A location without a slash at its end lets requests leave the alias.

    ## Why is this bad?
    nginx puts what follows the location behind the alias: `/static../settings.py` becomes
    `/srv/app/static/../settings.py`. Everybody can read source code, settings and databases that lie beside
    the folder.

    ## Example
    ```nginx
    server {
        listen 80;
        location /static {
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

    ## When it is fine
    For the alias of one file, and for an exact location.

    ## Fix safety
    Unsafe: requests for the folder without the slash at its end go elsewhere.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#alias
    - https://github.com/yandex/gixy/blob/master/docs/en/plugins/aliastraversal.md
    """
    if len(directive.values) != 1 or directive.opaque:
        return
    path = directive.values[0]
    for place in places(context):
        location = place.location
        if location is None or location.opaque or place.get("internal"):
            continue
        modifier, pattern = matcher(location)
        if modifier not in {"", "^~"} or not pattern or pattern.endswith("/"):
            continue
        if path.endswith("/") and len(path) > 1:
            yield Finding(
                location.args[-1].at,
                f'"{pattern}../" leads out of the folder that the alias names',
                label="lacks the slash at its end",
                help=f'write "location {pattern}/"',
                fix=_with_slash(location.args[-1]),
            )
            return


def _with_slash(pattern: Word) -> Fix | None:
    if pattern.quoted:
        return None
    end = pattern.at.span.end
    return Fix("end it with a slash", (Edit(pattern.at.source.location(end, end), "/"),), Safety.UNSAFE)
