"""Servers that clients can connect to with nothing in front of them."""

from functools import lru_cache

from deploylint.facts import HOST, Known, Listener, PublishedPort, Service
from deploylint.model import Deployment
from deploylint.values.address import TcpAddress, is_any

# Images that are put in front of applications.
_PROXIES = (
    "traefik",
    "caddy",
    "haproxy",
    "envoy",
    "nginx",
    "httpd",
    "apache",
    "openresty",
    "swag",
    "tengine",
    "varnish",
)


def is_in_front(listener: Listener, deployment: Deployment) -> bool:
    """Whether clients reach a listener from other machines, and no proxy of the deployment stands before it."""
    if not isinstance(listener.address, Known) or not isinstance(listener.address.value, TcpAddress):
        return False
    if _has_proxy(deployment):
        return False
    if listener.namespace == HOST:
        return is_any(listener.address.value) and deployment.namespaces_of(listener.document) == (HOST,)
    port = listener.address.value.port
    return any(
        isinstance(entry.container_port, Known)
        and entry.container_port.value == port
        and entry.host_ip in ("", "0.0.0.0", "::")  # noqa: S104
        for entry in deployment.having(PublishedPort, "service.namespace", listener.namespace)
    )


@lru_cache(maxsize=1)
def _has_proxy(deployment: Deployment) -> bool:
    return bool(deployment.documents_in("nginx")) or any(map(_is_proxy, deployment.every(Service)))


def _is_proxy(service: Service) -> bool:
    return any(word in (service.image or service.name).lower() for word in _PROXIES)
