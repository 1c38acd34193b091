from collections.abc import Sequence

from deploylint import Context, Finding, Findings, Label, Severity, rule
from deploylint.formats.nginx import Block, File, Statement
from deploylint.formats.nginx.placing import placing
from deploylint.formats.nginx.scope import Place, inside, is_template, known

_IMPORTANT = frozenset(
    {
        "content-security-policy",
        "cross-origin-embedder-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "host",
        "permissions-policy",
        "referrer-policy",
        "strict-transport-security",
        "x-content-type-options",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-frame-options",
        "x-real-ip",
    }
)
# What nginx sends anyway, so that nothing is lost.
_DEFAULTS = frozenset({("host", "$proxy_host"), ("connection", "close")})
_FAMILIES = ("add_header", "add_trailer", "proxy_set_header", "grpc_set_header")
_PASSES = {"proxy_set_header": "proxy_pass", "grpc_set_header": "grpc_pass"}


@rule(Severity.WARNING, named=("server", "location", "if"), given=((*_FAMILIES, "include"),))
def nginx_header_inheritance_lost(block: Block, context: Context) -> Findings:
    """Headers of an outer block are lost, since an inner one sets some of its own.

    ## Why is this bad?
    `add_header` and `proxy_set_header` are inherited only by blocks that have none themselves. One header
    more in a location takes all others away: protection in the browser, or the Host and the address of the
    client that the application needs.

    ## Example
    ```nginx
    server {
        listen 80;
        add_header X-Content-Type-Options nosniff always;
        location /static/ {
            add_header Cache-Control public;
            root /srv/app;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        add_header X-Content-Type-Options nosniff always;
        location /static/ {
            add_header X-Content-Type-Options nosniff always;
            add_header Cache-Control public;
            root /srv/app;
        }
    }
    ```

    ## When it is fine
    When the block is to have its own headers only. Since nginx 1.29.3 `add_header_inherit off` says so,
    and `add_header_inherit merge` keeps both.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
    """
    own = known(context.project).level(block)
    if own.directives.keys().isdisjoint(_FAMILIES) or is_template(context):
        return
    for name in _FAMILIES:
        if name not in own.directives or not _may_be_outside(name, len(own.get(name)), context):
            continue
        for place in inside(context, block):
            if found := _lost(place, block, name):
                yield found
                break


def _may_be_outside(name: str, inside: int, context: Context) -> bool:
    """Whether the file, or one that has to do with it, has more of these directives than stand in the block."""
    file = context.document
    if not isinstance(file, File):
        return True
    found = placing(file, context.project)
    return found.partial or found.count(name) > inside


def _lost(place: Place, block: Block, name: str) -> Finding | None:
    own = place.own(name)
    outer = place.outside(name)
    if not own or not outer or not place.levels[0].complete or place.get(f"{name}_inherit"):
        return None
    if name in _PASSES and (not place.own(_PASSES[name]) or place.get("internal")):
        return None
    kept = {one.values[0].lower() for one in own if one.values}
    lost = [one for one in outer if _is_lost(one, kept)]
    if not lost or any(one.opaque for one in own):
        return None
    return _finding(block, name, own, lost)


def _is_lost(statement: Statement, kept: set[str]) -> bool:
    if len(statement.values) < 2 or (statement.opaque and statement.args[0].opaque):
        return False
    header, value = statement.values[0].lower(), statement.values[1]
    return header not in kept and (header, value) not in _DEFAULTS and bool(value)


def _finding(block: Block, name: str, own: Sequence[Statement], lost: Sequence[Statement]) -> Finding:
    headers = list(dict.fromkeys(one.values[0] for one in lost))
    important = any(header.lower() in _IMPORTANT for header in headers)
    here = own[0].source is block.source
    shown = ", ".join(headers[:4]) + (" and others" if len(headers) > 4 else "")
    return Finding(
        own[0].at if here else block.header,
        f'this {block.name} does not inherit {shown}, since it has a "{name}" of its own',
        label="replaces all that are set outside",
        related=(Label(lost[0].at, "not in force here"),) if not lost[0].source.path.startswith("/") else (),
        help="repeat them here, or keep all of them in a file that both blocks include",
        severity=None if important else Severity.NOTE,
    )
