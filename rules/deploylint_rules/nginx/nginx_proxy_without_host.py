from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Protocol, Route
from deploylint_rules.nginx._routes import is_local


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    symptoms=("Invalid HTTP_HOST header: '*'",),
)
def nginx_proxy_without_host(route: Route) -> Findings:
    """The application does not learn the host that the browser asked for.

    ## Why is this bad?
    Without `proxy_set_header Host` nginx sends the address of `proxy_pass`. The application builds links and
    redirects to `http://127.0.0.1:8000/`, Django refuses the request with `Invalid HTTP_HOST header`, and its
    check of the Origin header fails.

    ## Example
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
        }
    }
    ```

    ## When it is fine
    When the application builds no absolute links and checks no host.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
    - https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
    """
    if route.directive != "proxy_pass" or route.protocol is not Protocol.HTTP or route.server is None:
        return
    headers = route.headers
    if not isinstance(headers, Known) or headers.value.get("host") != "$proxy_host":
        return
    if "x-forwarded-host" in headers.value:
        return  # an application that trusts it takes the name from there
    if getattr(route.document, "generated", False) or (route.upstream or "").count("_"):
        return
    if is_local(route):
        yield Finding(
            route.at,
            "the application does not learn the host that was asked for",
            label="sends its own address as Host",
            help='add "proxy_set_header Host $host;"',
        )
