from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import Place, places
from deploylint.formats.nginx.variables import Contents, contents, references
from deploylint.formats.nginx.words import Head
from deploylint.pattern import IGNORECASE, pattern

_SCHEME = pattern(r"(?:https?|grpcs?|\$\{?scheme\}?)://|(?=\$)", IGNORECASE)
_AFTER_NAME = pattern(r"[/?:$]")
_NAMES = ("proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass")


def _has_variable(head: Head) -> bool:
    return bool(head.values) and not head.opaque and "$" in head.values[0]


@rule(Severity.ERROR, group=Group.SECURITY, named=_NAMES, when=_has_variable)
def nginx_request_forgery(directive: Directive, context: Context) -> Findings:
    """The client chooses the host that the request is passed to.

    ## Why is this bad?
    Whoever sends the request makes this machine ask any other: services that trust the local network, and
    the metadata service of a cloud with its credentials.

    ## Example
    ```nginx
    server {
        listen 80;
        location ~ ^/fetch/(.*)$ {
            resolver 127.0.0.53;
            proxy_pass http://$1;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location ~ ^/fetch/(.*)$ {
            proxy_pass http://127.0.0.1:8000/$1;
        }
    }
    ```

    ## When it is fine
    In an internal location, which only the application can send requests to.

    ## References
    - https://github.com/yandex/gixy/blob/master/docs/en/plugins/ssrf.md
    - https://owasp.org/www-community/attacks/Server_Side_Request_Forgery
    """
    text = directive.values[0]
    scheme = _SCHEME.match(text)
    start = scheme.end() if scheme else 0
    for place in places(context):
        if place.get("internal"):
            continue
        location = place.location
        if location is not None and any(value.startswith("@") for value in location.values):
            continue
        chosen = _chosen(place, directive, text, start)
        if chosen is not None:
            yield Finding(
                directive.args[0].at,
                f'the client chooses the host that "{directive.name}" asks',
                label=f"${chosen} is part of the host",
                help="write the host, choose it with a map, or make the location internal",
            )
            return


def _chosen(place: Place, directive: Directive, text: str, start: int) -> str | None:
    """The variable that lets the client choose the host; None when there is none or nobody can tell."""
    for name, begin, end in references(text):
        if begin < start:
            continue
        if "/" in text[start:begin] or "?" in text[start:begin]:
            return None
        held = contents(place, directive, name)
        if held is None:
            return None
        if held.rooted and begin > start:
            return None
        if _is_free(held, before=text[start:begin], after=text[end:]):
            return name
    return None


def _is_free(held: Contents, *, before: str, after: str) -> bool:
    """Whether the text names any host: it can end the host early, or nothing behind it narrows it down."""
    # Host and server name belong together: a server that answers to fixed names gets no others, or is the default.
    if not held.client or held.source == "$host":
        return False
    if before and not before.endswith("."):
        return held.slash and (held.dot or held.colon)
    if held.slash:
        return True
    suffix = _AFTER_NAME.split(after)[0]
    return held.dot and not suffix and not held.pinned
