from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.formats.nginx import Block
from deploylint.formats.nginx.scope import inside, is_template, matcher
from deploylint.pattern import pattern
from deploylint.source import Location, Span

_SENT = pattern(
    r"/(?:_?protected|internal|_?private|_?accel|x-accel|sendfile|secure|secret)(?:[-_][\w-]++)?/?"
)


@rule(
    Severity.WARNING,
    group=Group.SECURITY,
    confidence=Confidence.LOW,
    named=("location",),
    pedantic=True,
)
def nginx_accel_location_public(block: Block, context: Context) -> Findings:
    """A location for files that the application sends is open to everybody.

    ## Why is this bad?
    Files that the application hands out with `X-Accel-Redirect` after it has checked the user can be had
    without a check when somebody guesses the path.

    ## Example
    ```nginx
    server {
        listen 80;
        location /protected/ {
            alias /srv/app/files/;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /protected/ {
            internal;
            alias /srv/app/files/;
        }
    }
    ```

    ## When it is fine
    When the name only looks like that of an internal location.

    ## Fix safety
    Unsafe: requests from outside get 404.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#internal
    """
    modifier, pattern = matcher(block)
    if (
        modifier not in {"", "^~"}
        or not _SENT.fullmatch(pattern)
        or is_template(context)
        or not block.children
    ):
        return
    for place in inside(context, block):
        files = place.own("alias", "root")
        closed = place.own("return", "deny", "auth_request", "auth_basic", "proxy_pass", "secure_link")
        if not files or closed or place.get("internal") or not place.configuration.level(block).complete:
            return
        first = block.children[0]
        before = Location(block.source, Span(first.start, first.start))
        text = block.source.text
        indent = text[text.rfind("\n", 0, first.start) + 1 : first.start]
        yield Finding(
            block.header,
            f'everybody can have the files of "{pattern}"',
            label='is not "internal"',
            help='add "internal;"',
            fix=Fix("make it internal", (Edit(before, f"internal;\n{indent}"),), Safety.UNSAFE)
            if not indent.strip()
            else None,
        )
        return
