from collections.abc import Iterator
from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known, Namespace, Process, Service
from deploylint.model import Deployment
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.source import Location
from deploylint_rules.deployment._units import unit_of

_MOST_AWAITED = 100
# Schemes of URLs and the units that distributions start such servers by.
_UNITS = {
    "redis": ("redis", "redis-server", "valkey", "valkey-server"),
    "postgres": ("postgresql",),
    "postgresql": ("postgresql",),
    "mysql": ("mysql", "mysqld", "mariadb"),
    "amqp": ("rabbitmq-server", "rabbitmq"),
    "mongodb": ("mongod", "mongodb"),
    "memcached": ("memcached",),
}
_URL = pattern(
    r"(?P<scheme>[a-z][a-z0-9]*+)(?:\+[a-z0-9_]++)?://(?:[^@/\s]*+@)?(?P<host>[\w.-]++)(?::[0-9]{1,5}+)?(?=[/?]|\Z)"
)
_LOCAL = ("localhost", "127.0.0.1")
_ORDERING = ("After", "Wants", "Requires", "BindsTo", "Requisite")


@rule(
    Severity.NOTE,
    given=(Process,),
    group=Group.RELIABILITY,
    confidence=Confidence.MEDIUM,
    pedantic=True,
    symptoms=(
        "Error 111 connecting to *:6379. Connection refused.",
        "connection to server at *, port 5432 failed: Connection refused",
        "could not translate host name * to address",
    ),
)
def dependency_not_declared(deployment: Deployment, context: Context) -> Findings:
    """A process connects to a server that nobody starts before it.

    ## Why is this bad?
    After a reboot everything starts at once. The application comes up before its database or queue,
    cannot connect and ends, or answers the first requests with errors. With `depends_on`, or with
    `After=` and `Wants=`, the order is certain.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        environment:
          REDIS_URL: redis://cache:6379/0
      cache:
        image: redis:7
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        environment:
          REDIS_URL: redis://cache:6379/0
        depends_on:
          - cache
      cache:
        image: redis:7
    ```

    ## When it is fine
    When the program waits and tries again by itself.

    ## References
    - https://docs.docker.com/compose/how-tos/startup-order/
    - systemd.unit(5), After= and Wants=
    """
    for process in deployment.every(Process):
        if process.kind is None:
            continue
        seen: set[str] = set()
        for name, value in process.environment.variables.items():
            if not isinstance(value, Known) or (match := _URL.match(value.value)) is None:
                continue
            at = value.at or process.at
            for server, other, help_text in (
                *_services(process, match["host"], deployment),
                *_units(process, match["scheme"], match["host"], context.project),
            ):
                if server in seen:
                    continue
                seen.add(server)
                yield Finding(
                    at,
                    f"{process.name} connects to {server}, and nothing makes it wait for {server}",
                    label=f"{name} names it here",
                    related=(Label(other, f"{server} is started by itself"),) if other else (),
                    help=help_text,
                )


def _services(
    process: Process, host: str, deployment: Deployment
) -> Iterator[tuple[str, Location | None, str]]:
    own = deployment.networks.services.get(process.namespace)
    if own is None or own.network_mode:
        return
    for service in deployment.networks.named(host, process.namespace):
        if service is own or service.project != own.project or service.profiles != own.profiles:
            continue
        if not _is_awaited(service, own, deployment):
            yield service.name, service.at, f"add {service.name} to depends_on of {own.name}"


def _is_awaited(service: Service, own: Service, deployment: Deployment) -> bool:
    """Whether a service is started before another one, directly or through others. More than a hundred are not gone through."""
    needs = _needs(deployment)
    seen = {own.name}
    pending = [own.name]
    while pending and len(seen) <= _MOST_AWAITED:
        others = needs.get(Namespace(own.project, pending.pop()), frozenset()) - seen
        if service.name in others:
            return True
        seen |= others
        pending += others
    return bool(pending)


@lru_cache(maxsize=1)
def _needs(deployment: Deployment) -> dict[Namespace, frozenset[str]]:
    """What each service waits for."""
    return {service.namespace: service.depends_on for service in deployment.every(Service)}


def _units(
    process: Process, scheme: str, host: str, project: Project
) -> Iterator[tuple[str, Location | None, str]]:
    names = _UNITS.get(scheme)
    unit = unit_of(process, project)
    if names is None or host not in _LOCAL or unit is None or not unit.is_whole or unit.is_user_unit:
        return
    written = {word for key in _ORDERING for word, _ in unit.words("Unit", key)}
    if not any(word.partition("@")[0].removesuffix(".service") in names for word in written):
        service = f"{names[0]}.service"
        yield service, None, f"add After={service} and Wants={service} to [Unit]"
