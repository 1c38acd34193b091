from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import Place, known, places
from deploylint.formats.nginx.variables import Contents, contents, may_break, never_breaks, references
from deploylint.formats.nginx.words import Head

_NAMES = (
    "return",
    "rewrite",
    "add_header",
    "add_trailer",
    "proxy_set_header",
    "grpc_set_header",
    "proxy_pass",
    "proxy_redirect",
)


def _may_write_break(head: Head) -> bool:
    return any(not never_breaks(name) for value in head.values for name, _, _ in references(value))


@rule(Severity.ERROR, group=Group.SECURITY, named=_NAMES, when=_may_write_break)
def nginx_http_splitting(directive: Directive, context: Context) -> Findings:
    """A variable that may hold a line break ends up in a header or request line.

    ## Why is this bad?
    nginx decodes the path, so that `%0d%0a` in it is a line break in `$uri` and in most captures. Who sends
    such a request, or makes somebody else send it, adds headers and whole answers of his own: cookies,
    redirects, poisoned caches.

    ## Example
    ```nginx
    server {
        listen 80;
        return 301 https://example.com$uri;
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        return 301 https://example.com$request_uri;
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#var_uri
    - https://github.com/yandex/gixy/blob/master/docs/en/plugins/httpsplitting.md
    """
    for position, value in enumerate(directive.values):
        if "$" not in value or not _is_written(directive, position):
            continue
        if directive.opaque and directive.args[position].opaque:
            continue
        for name, _, _ in references(value):
            if not may_break(name, known(context.project)):
                continue
            for place in places(context):
                held = _breaking(place, directive, name)
                if held is not None:
                    yield Finding(
                        directive.args[position].at,
                        f'"${name}" may hold a line break, which ends the header here',
                        label=_label(name, held),
                        help=_help(held),
                    )
                    return


def _is_written(directive: Directive, position: int) -> bool:
    """Whether the argument ends up in a header or a request line."""
    values = directive.values
    match directive.name:
        case "return":
            return position == len(values) - 1 and (
                len(values) == 1 or values[0] in {"301", "302", "303", "307", "308"}
            )
        case "rewrite":
            redirects = values[2:] in (("redirect",), ("permanent",))
            external = values[1:2] != () and values[1].startswith(("http://", "https://", "$scheme"))
            return position == 1 and (redirects or external)
        case "proxy_pass":
            return position == 0
        case _:
            return position == 1


def _breaking(place: Place, directive: Directive, name: str) -> Contents | None:
    # The groups of a rewrite are escaped again when it redirects (ngx_http_script_copy_capture_code).
    if directive.name == "rewrite" and name.isdigit():
        return None
    held = contents(place, directive, name)
    return held if held is not None and held.client and held.line_break else None


def _label(name: str, held: Contents) -> str:
    if held.source.startswith("$"):
        return "the decoded path" if held.source == f"${name}" else f"comes from {held.source}"
    return "captured from the decoded path"


def _help(held: Contents) -> str:
    if held.source in {"$uri", "$document_uri"}:
        return "use $request_uri, which is as the client wrote it"
    return r"let the pattern exclude line breaks, such as [^/\s]"
