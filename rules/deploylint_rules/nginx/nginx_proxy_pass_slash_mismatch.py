from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Directive
from deploylint.formats.nginx.scope import is_template, matcher, places
from deploylint.formats.nginx.words import Head
from deploylint.pattern import IGNORECASE, pattern

_URI = pattern(r"https?://(?:unix:[^:]++:|[^/?#:]++(?::\d++)?)(/[^?#]*+)", IGNORECASE)


def _has_path(head: Head) -> bool:
    if len(head.values) != 1 or head.opaque or "$" in head.values[0]:
        return False
    return _URI.fullmatch(head.values[0]) is not None


@rule(Severity.WARNING, confidence=Confidence.MEDIUM, named=("proxy_pass",), when=_has_path)
def nginx_proxy_pass_slash_mismatch(directive: Directive, context: Context) -> Findings:
    """Location and `proxy_pass` disagree about the slash at their end.

    ## Why is this bad?
    nginx replaces the location by the path of `proxy_pass` and adds the rest as it is. `/api/users` becomes
    `//users` when only `proxy_pass` ends with a slash, and `/v1users` when only the location does.

    ## Example
    ```nginx
    server {
        listen 80;
        location /api {
            proxy_pass http://127.0.0.1:8000/;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /api/ {
            proxy_pass http://127.0.0.1:8000/;
        }
    }
    ```

    ## When it is fine
    When only the location itself is asked for, or the application takes two slashes for one.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
    """
    match = _URI.fullmatch(directive.values[0])
    if match is None or is_template(context):
        return
    path = match[1]
    for place in places(context):
        location = place.location
        if location is None or place.bodies[0] is not location or location.opaque or place.own("rewrite"):
            return
        modifier, pattern = matcher(location)
        if modifier not in {"", "^~"} or (len(pattern) < 2 and not path.strip("/")):
            return
        rest = _rest(pattern, path)
        if rest is not None:
            yield Finding(
                directive.args[0].at,
                f'"{pattern.rstrip("/")}/x" is passed on as "{rest}"',
                label="location and address disagree about the last slash",
                help="end both with a slash, or neither",
            )
        return


def _rest(pattern: str, path: str) -> str | None:
    """What `<pattern>/x` becomes where it is not what was meant."""
    if pattern.endswith("/") and path[-1] not in "/-_=.":
        return f"{path}x"
    if not pattern.endswith("/") and path.endswith("/"):
        return f"{path}/x"
    return None
