from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import context_of, places
from deploylint.pattern import pattern

_UNUSUAL_PORT = pattern(r"(?:^|:)(?!(?:80|443)$)\d+$")


@rule(
    Severity.NOTE,
    group=Group.SECURITY,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    named=("proxy_set_header",),
)
def nginx_host_header_unchecked(directive: Directive, context: Context) -> Findings:
    """`Host $http_host` may differ from the name that chose the server.

    ## Why is this bad?
    When the request line holds a whole URL, nginx chooses the server by that and ignores the Host header,
    which `$http_host` still passes on. Names that `server_name` checks are then not those that the
    application sees.

    ## Example
    ```nginx
    server {
        listen 80;
        server_name example.com;
        location / {
            proxy_set_header Host $http_host;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        server_name example.com;
        location / {
            proxy_set_header Host $host;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When the application checks the host itself, as Django's `ALLOWED_HOSTS` does. Nothing is said on
    unusual ports, which `$host` loses.

    ## Fix safety
    Unsafe: `$host` holds no port.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#var_host
    """
    if directive.values[:1] and directive.values[0].lower() == "host" and context_of(context):
        for word in directive.args[1:2]:
            if word.value in {"$http_host", "${http_host}"} and not _needs_the_port(context):
                yield Finding(
                    word.at,
                    "the Host that is passed on is not the one that chose the server",
                    label="whatever the client wrote",
                    help="pass on $host",
                    fix=Fix("pass on $host", (Edit(word.at, "$host"),), Safety.UNSAFE),
                )


def _needs_the_port(context: Context) -> bool:
    """Whether a server that the directive is in listens on unusual ports only."""
    for place in places(context):
        listens = [value for listen in place.everywhere("listen") for value in listen.values[:1]]
        if listens and all(_UNUSUAL_PORT.search(value) for value in listens):
            return True
    return False
