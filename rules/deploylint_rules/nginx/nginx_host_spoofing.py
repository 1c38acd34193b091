from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import places
from deploylint.formats.nginx.variables import contents, references
from deploylint.formats.nginx.words import Head
from deploylint.pattern import pattern

_CHOSEN = pattern(r"\$(?:arg_|cookie_|http_(?!host$|x_forwarded_host$|x_original_host$))")


def _is_host_from_variable(head: Head) -> bool:
    if len(head.values) < 2 or head.opaque or "$" not in head.values[1]:
        return False
    return head.values[0].lower() in {"host", "http_host", "x-forwarded-host"}


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    named=("proxy_set_header", "uwsgi_param", "fastcgi_param"),
    when=_is_host_from_variable,
)
def nginx_host_spoofing(directive: Directive, context: Context) -> Findings:
    """The application gets a Host that the client wrote somewhere else.

    ## Why is this bad?
    An argument, a cookie or another header takes the place of the Host that nginx chose the server by. The
    application builds links from it: a password reset then leads to the attacker's site, and caches keep it.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_set_header Host $arg_host;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_set_header Host $host;
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## When it is fine
    When a proxy in front sets that header itself and nobody else can reach this one.

    ## References
    - https://github.com/yandex/gixy/blob/master/docs/en/plugins/hostspoofing.md
    - https://docs.djangoproject.com/en/stable/topics/security/#host-header-validation
    """
    for name, _, _ in references(directive.values[1]):
        for place in places(context):
            held = contents(place, directive, name)
            if held is not None and held.client and _CHOSEN.match(held.source):
                yield Finding(
                    directive.args[1].at,
                    f'the client chooses the "{directive.values[0]}" that the application gets',
                    label=f"comes from {held.source}",
                    help="pass on $host",
                )
                return
