from collections.abc import Sequence
from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.facts import HOST, Protocol, Route, Service
from deploylint.model import Connection, Deployment, Verdict
from deploylint.model.variants import is_example, stage
from deploylint.vocabulary.nearest import nearest_of_few

# Of the other services so many are shown, and so many named.
_MOST_SHOWN, _MOST_NAMED = 4, 12


@rule(Severity.ERROR, given=(Route, Service), symptoms=("host not found in upstream *",))
def proxy_unknown_host(connection: Connection, context: Context) -> Findings:
    """nginx in a container proxies to a name that no service of the project has.

    ## Why is this bad?
    nginx looks its upstreams up when it starts. A name that the network does not know ends the start
    with `[emerg] host not found in upstream`, and the container exits.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://app:8000;
        }
    }
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
      nginx:
        image: nginx:1.27
        volumes:
          - ./nginx/site.conf:/etc/nginx/conf.d/default.conf:ro
    ```
    ```nginx
    server {
        listen 80;
        location / {
            proxy_pass http://web:8000;
        }
    }
    ```

    ## When it is fine
    When the name comes from a network that another project defines. The rule is silent about services
    that join an external network.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    - https://github.com/nginxinc/docker-nginx/issues/127
    """
    host = connection.target.host
    if connection.verdict is not Verdict.EXTERNAL or host is None or not _is_bare_name(host):
        return
    deployment = context.project.deployment_of(connection.route.document)
    if connection.namespace == HOST:
        yield from _outside(connection, host, deployment)
        return
    own = next(iter(deployment.having(Service, "namespace", connection.namespace)), None)
    if own is None or own.external_networks or own.network_mode or host in own.extra_hosts:
        return
    services = _of_project(deployment, own.project)
    if _is_container(host, services):
        return
    yield Finding(
        connection.target.at,
        f'host not found in upstream "{host}": no service of the project has this name',
        label="nginx looks this name up when it starts",
        related=_labels(services, own),
        help=_help(host, services, own),
    )


def _outside(connection: Connection, host: str, deployment: Deployment) -> Findings:
    """A file that no container is seen to read, beside a compose project: the name can only be meant for a service."""
    path = connection.route.document.path
    if connection.route.protocol not in (Protocol.HTTP, Protocol.UWSGI) or is_example(path):
        return
    services = _of_stage(deployment, stage(path))
    if not services.shown or services.open or host in services.extra_hosts or _is_container(host, services):
        return
    yield Finding(
        connection.target.at,
        f'host not found in upstream "{host}": no compose service has this name',
        label="nginx looks this name up when it starts",
        related=_labels(services),
        help=_help(host, services),
        severity=Severity.WARNING,
        confidence=Confidence.MEDIUM,
    )


def _is_container(host: str, services: "_Services") -> bool:
    """Whether it may be the name of one container of a service: `shop-web-1`, or `shop_web_1` before compose 2."""
    service, _, number = host.replace("_", "-").rpartition("-")
    return number.isdecimal() and any(
        service.endswith(f"-{name.replace('_', '-')}") for name in services.names
    )


@dataclass(frozen=True, slots=True)
class _Services:
    """What is told of several services: the first ones, the names of all, whether one joins a network of others.

    `names` are their own, `aliases` all that they are reached by; both sorted.
    """

    shown: tuple[Service, ...]
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    open: bool
    extra_hosts: frozenset[str]


@lru_cache(maxsize=4)
def _of_project(deployment: Deployment, project: str) -> _Services:
    return _told(deployment.having(Service, "project", project))


@lru_cache(maxsize=4)
def _of_stage(deployment: Deployment, when: str | None) -> _Services:
    """The services that can be in use at that stage; together with a file that says none, all can."""
    found = ((stage(service.document.path), service) for service in deployment.every(Service))
    return _told([service for other, service in found if when is None or other is None or other == when])


def _told(services: Sequence[Service]) -> _Services:
    return _Services(
        tuple(services[: _MOST_SHOWN + 1]),
        tuple(sorted({service.name for service in services})),
        tuple(sorted({name for service in services for name in service.names})),
        any(service.external_networks or service.network_mode for service in services),
        frozenset().union(*(service.extra_hosts for service in services)),
    )


def _labels(services: _Services, own: Service | None = None) -> tuple[Label, ...]:
    others = [service for service in services.shown if service is not own][:_MOST_SHOWN]
    return tuple(Label(service.at, f"a service that is called {service.name}") for service in others)


def _help(host: str, services: _Services, own: Service | None = None) -> str:
    close = nearest_of_few(host, services.aliases)
    if close and (own is None or close not in own.names):
        return f"did you mean {close}?"
    # One more than is named tells that there are more, and one may be nginx's own.
    others = [name for name in services.names[: _MOST_NAMED + 2] if own is None or name != own.name]
    names = [*others[:_MOST_NAMED], *(["..."] if len(others) > _MOST_NAMED else [])]
    return f"proxy to a service ({', '.join(names)}), or give one of them the alias {host}"


def _is_bare_name(host: str) -> bool:
    return "." not in host and ":" not in host and host != "localhost"
