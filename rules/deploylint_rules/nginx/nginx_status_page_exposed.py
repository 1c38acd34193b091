from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import Place, is_template, places

_LOCAL = ("127.", "localhost", "[::1]", "unix:")


@rule(Severity.WARNING, group=Group.SECURITY, named=("stub_status",))
def nginx_status_page_exposed(directive: Directive, context: Context) -> Findings:
    """The status page is open to everybody.

    ## Why is this bad?
    It tells how many people are connected, and when an attack works.

    ## Example
    ```nginx
    server {
        listen 80;
        location /status {
            stub_status;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /status {
            stub_status;
            allow 127.0.0.1;
            deny all;
        }
    }
    ```

    ## When it is fine
    When a firewall keeps others from the port.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_stub_status_module.html
    """
    if is_template(context) or directive.values[:1] == ("off",):
        return
    for place in places(context):
        if place.server is None or not place.complete or _is_closed(place):
            return
    yield Finding(
        directive.at,
        "the status page is open to everybody",
        label="no list of addresses and no password",
        help='add "allow 127.0.0.1;" and "deny all;"',
    )


def _is_closed(place: Place) -> bool:
    if place.get("deny") or place.get("auth_basic", "auth_request", "internal"):
        return True
    if place.server is None:
        return False
    listens = place.configuration.level(place.server).get("listen")
    return bool(listens) and all(one.values[:1] and one.values[0].startswith(_LOCAL) for one in listens)
