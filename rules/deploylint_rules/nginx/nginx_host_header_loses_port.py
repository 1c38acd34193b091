from collections.abc import Mapping
from functools import lru_cache

from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Label, Safety, Severity, rule
from deploylint.facts import Known, Listener, PublishedPort, Route, VirtualServer
from deploylint.model import Deployment
from deploylint.source import Location
from deploylint.values.address import TcpAddress, is_loopback

_DEFAULT_PORTS = frozenset({80, 443})
# Headers that tell the application the port, or that show that another proxy stands in front.
_TELLING = frozenset({"x-forwarded-host", "x-forwarded-port", "forwarded"})


@rule(Severity.WARNING, confidence=Confidence.MEDIUM)
def nginx_host_header_loses_port(route: Route, context: Context) -> Findings:
    """`Host $host` drops the port of a server that listens on an unusual one.

    ## Why is this bad?
    `$host` is the name without the port. The application builds redirects and absolute links from it, so
    that a login at `http://example.com:8080/` leads to `http://example.com/`, where nobody answers, and
    Django's check of the Origin header fails.

    ## Example
    ```nginx
    server {
        listen 8080;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $host;
        }
    }
    ```

    ## Use instead
    ```nginx
    server {
        listen 8080;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Host $http_host;
        }
    }
    ```

    ## When it is fine
    When users reach the server through port 80 or 443 of something else: a load balancer, a container
    platform, another proxy. What compose files and other servers of the project say of that is known.

    ## Fix safety
    Unsafe: `$http_host` is what the client wrote, so the application has to check it, as Django's
    `ALLOWED_HOSTS` does.

    ## References
    - https://nginx.org/en/docs/http/ngx_http_core_module.html#var_host
    """
    listener = _unusual(route.server) if route.server and route.directive == "proxy_pass" else None
    port = _port(listener) if listener else None
    if listener is None or port is None:
        return
    headers = route.headers
    if not isinstance(headers, Known) or headers.at is None:
        return
    if headers.value.get("host") not in ("$host", "${host}") or _is_behind_another(headers.value):
        return
    if _is_reached_otherwise(port, context.project.deployment_of(route.document)):
        return
    yield Finding(
        _value(headers.at),
        f"the Host header loses port {port}",
        label="$host is the name without the port",
        related=(Label(listener.at, f"the server listens on port {port}"),),
        help="pass on $http_host, which is what the client asked for",
        fix=Fix("pass on $http_host", (Edit(_value(headers.at), "$http_host"),), Safety.UNSAFE),
    )


def _is_behind_another(headers: Mapping[str, str]) -> bool:
    return any(name in _TELLING or "$http_x_forwarded" in value for name, value in headers.items())


@lru_cache(maxsize=64)
def _unusual(server: VirtualServer) -> Listener | None:
    """The first listener, if all of them are reachable on unusual ports only."""
    for listener in server.listens:
        port = _port(listener)
        if port is None or port in _DEFAULT_PORTS:
            return None
    return server.listens[0] if server.listens else None


def _port(listener: Listener) -> int | None:
    """The port; None where nobody can tell, or for an address that other programs of the machine use only."""
    address = listener.address.value if isinstance(listener.address, Known) else None
    return address.port if isinstance(address, TcpAddress) and not is_loopback(address) else None


def _is_reached_otherwise(port: int, deployment: Deployment) -> bool:
    """Whether something of the deployment maps port 80 or 443, or an unknown one, to the port, or passes requests to it."""
    for published in deployment.every(PublishedPort):
        if isinstance(published.container_port, Known) and published.container_port.value != port:
            continue
        host_port = published.host_port
        if not isinstance(host_port, Known) or host_port.value in _DEFAULT_PORTS:
            return True
    return port in _ports_passed_to(deployment)


@lru_cache(maxsize=1)
def _ports_passed_to(deployment: Deployment) -> frozenset[int | None]:
    return frozenset(target.port for route in deployment.every(Route) for target in route.targets)


def _value(at: Location) -> Location:
    start = at.text.rfind("$host")
    braced = at.text.rfind("${host}")
    if braced >= 0:
        return at.source.location(at.span.start + braced, at.span.start + braced + 7)
    return at.source.location(at.span.start + start, at.span.start + start + 5)
