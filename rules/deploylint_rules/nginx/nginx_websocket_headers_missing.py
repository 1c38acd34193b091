from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.formats.nginx import Directive, Statement
from deploylint.formats.nginx.scope import Place, is_socket_path, is_template, matcher, places
from deploylint.vocabulary.nginx import NEWEST


@rule(
    Severity.WARNING,
    confidence=Confidence.MEDIUM,
    named=("proxy_pass",),
    symptoms=(
        "WebSocket connection to '*' failed: Error during WebSocket handshake: Unexpected response code: 400",
    ),
)
def nginx_websocket_headers_missing(directive: Directive, context: Context) -> Findings:
    """A location for websockets does not pass on the headers that open one.

    ## Why is this bad?
    `Upgrade` and `Connection` are meant for the next hop only, so that nginx drops them, and until 1.29.7 it
    speaks HTTP/1.0 to the application, which knows no upgrade. The handshake fails with 400 or 426.

    ## Example
    ```nginx
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
    ```

    ## References
    - https://nginx.org/en/docs/http/websocket.html
    """
    if is_template(context):
        return
    missing: list[str] = []
    for place in places(context):
        if place.server is None or not place.complete:
            return
        missing = _missing(place, context.project.targets.get("nginx", NEWEST))
        if not missing:
            return
    if missing:
        yield Finding(
            directive.at,
            f"websockets cannot be opened here without {' and '.join(missing)}",
            label="passes on plain requests only",
            help='set proxy_http_version 1.1 and the headers "Upgrade $http_upgrade" and "Connection upgrade"',
        )


def _missing(place: Place, version: tuple[int, ...]) -> list[str]:
    """What is missing where an upgrade is certainly wanted: by the path, or since one half of it is there."""
    location = place.location
    if location is None:
        return []
    headers = _headers(place.get("proxy_set_header"))
    upgrade = headers.get("upgrade", "")
    wanted = upgrade == "$http_upgrade" or is_socket_path(matcher(location)[1])
    if not wanted or place.get("internal"):
        return []
    missing = [] if upgrade else ["the Upgrade header"]
    if headers.get("connection", "close").lower() in {"close", ""}:
        missing.append("the Connection header")
    if not place.get("proxy_http_version") and version < (1, 29, 7):
        missing.append("HTTP/1.1")
    if any(one.values[:1] == ("1.0",) for one in place.get("proxy_http_version")):
        missing.append("HTTP/1.1")
    return missing


def _headers(statements: list[Statement]) -> dict[str, str]:
    written = [one.head.values for one in statements]
    return {values[0].lower(): values[1] for values in written if len(values) == 2}
