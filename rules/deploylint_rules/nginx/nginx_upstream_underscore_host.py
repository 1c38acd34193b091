from deploylint import Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Protocol, Route, Target
from deploylint.values.address import TcpAddress


@rule(
    Severity.WARNING,
    given=("upstream",),
    symptoms=(
        "Invalid HTTP_HOST header: '*_*'. The domain name provided is not valid according to RFC 1034/1035.",
    ),
)
def nginx_upstream_underscore_host(route: Route) -> Findings:
    """The upstream's name becomes the Host header, where an underscore is invalid.

    ## Why is this bad?
    Without `proxy_set_header Host` nginx sends the name of the upstream. Names of hosts have no underscores:
    Django answers every request with 400, `ALLOWED_HOSTS = ["*"]` or not.

    ## Example
    ```nginx
    upstream my_app {
        server 127.0.0.1:8000;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://my_app;
        }
    }
    ```

    ## Use instead
    ```nginx
    upstream my_app {
        server 127.0.0.1:8000;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://my_app;
            proxy_set_header Host $host;
        }
    }
    ```

    ## When it is fine
    Elasticsearch and others take any Host; the rule is silent for the port of Elasticsearch.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
    - https://github.com/django/django/blob/main/django/http/request.py
    """
    if route.protocol is not Protocol.HTTP or not route.upstream or "_" not in route.upstream:
        return
    headers = route.headers
    if not isinstance(headers, Known) or headers.value.get("host") not in {"$proxy_host", "${proxy_host}"}:
        return
    if "x-forwarded-host" in headers.value:
        return  # an application that trusts it takes the name from there
    if not any(_is_search_engine(target) for target in route.targets):
        yield Finding(
            route.at,
            f'the Host header is "{route.upstream}", which is no valid name',
            label="sends the upstream's name as Host",
            related=(Label(route.targets[0].at, "one of its servers"),) if route.targets else (),
            help='add "proxy_set_header Host $host;"',
        )


def _is_search_engine(target: Target) -> bool:
    address = target.address
    return isinstance(address, Known) and isinstance(address.value, TcpAddress) and address.value.port == 9200
