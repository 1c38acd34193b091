from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, PublishedPort, Service
from deploylint.model import Deployment
from deploylint.model.variants import is_development, together
from deploylint.pattern import Match, pattern
from deploylint.source import Location

_POSTGRES = {"user": "POSTGRES_USER", "password": "POSTGRES_PASSWORD", "database": "POSTGRES_DB"}
_MYSQL = {"user": "MYSQL_USER", "password": "MYSQL_PASSWORD", "database": "MYSQL_DATABASE"}
_MARIADB = {"user": "MARIADB_USER", "password": "MARIADB_PASSWORD", "database": "MARIADB_DATABASE"}
_IMAGES = {
    "postgres": (_POSTGRES,),
    "postgis": (_POSTGRES,),
    "mysql": (_MYSQL,),
    "mariadb": (_MARIADB, _MYSQL),
}
_URL = pattern(
    r"(?:postgres(?:ql)?|postgis|mysql|mariadb)(?:\+\w+)?://(?P<user>[^:@/\s]+):(?P<password>[^@/\s]+)@"
    r"(?P<host>[\w.-]+)(?::(?P<port>\d{1,5}))?/(?P<database>[^?\s]*)"
)


@rule(
    Severity.ERROR,
    given=(Service,),
    confidence=Confidence.MEDIUM,
    symptoms=(
        'FATAL:  password authentication failed for user "*"',
        'FATAL:  database "*" does not exist',
        "Access denied for user *",
    ),
)
def database_credentials_differ(deployment: Deployment) -> Findings:
    """A database URL does not fit the database that the same project starts.

    ## Why is this bad?
    The image creates its account and database from `POSTGRES_USER`, `POSTGRES_PASSWORD` and `POSTGRES_DB`
    when it starts for the first time. A URL with other ones is refused: `password authentication failed`.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        environment:
          DATABASE_URL: postgres://shop:apples@db/shop
      db:
        image: postgres:16
        environment:
          POSTGRES_USER: shop
          POSTGRES_PASSWORD: pears
          POSTGRES_DB: shop
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 wsgi:app
        environment:
          DATABASE_URL: postgres://shop:pears@db/shop
      db:
        image: postgres:16
        environment:
          POSTGRES_USER: shop
          POSTGRES_PASSWORD: pears
          POSTGRES_DB: shop
    ```

    ## When it is fine
    When the account was created by hand, or by a script in /docker-entrypoint-initdb.d.

    ## References
    - https://hub.docker.com/_/postgres
    - https://hub.docker.com/_/mysql
    """
    databases = any(_image(service) in _IMAGES for service in deployment.every(Service))
    if not databases and not deployment.every(PublishedPort):
        return
    services = {service.namespace: service for service in deployment.every(Service)}
    seen: set[tuple[str, object, str]] = set()
    for process in deployment.every(Process):
        own = services.get(process.namespace)
        if own is None:
            continue
        for name, value in process.environment.variables.items():
            if (
                not isinstance(value, Known)
                or value.at is None
                or (match := _URL.fullmatch(value.value)) is None
            ):
                continue
            for service in deployment.networks.named(match["host"], own.namespace):
                if not together(service.document.path, own.document.path) or service.project != own.project:
                    continue
                for part, at in _differing(match, service, deployment):
                    if is_development(at.path) and not is_development(value.at.path):
                        continue  # tests make a database of their own
                    key = (value.at.path, value.at.span, part)
                    if key not in seen:
                        seen.add(key)
                        yield _finding(f"{part} in {name} of {own.name}", part, value.at, service, at)
            entry = _host_port(match, own, deployment)
            if entry is not None and (value.at.path, value.at.span, "port") not in seen:
                seen.add((value.at.path, value.at.span, "port"))
                yield Finding(
                    value.at,
                    f"the port in {name} of {own.name} is the one on the host",
                    label="used inside the network",
                    related=(Label(entry.at, "published on the host"),),
                    help="leave the port out, or write the container's port",
                )


def _finding(what: str, part: str, at: Location, service: Service, other: Location) -> Finding:
    return Finding(
        at,
        f"the {what} is not the one that {service.name} creates",
        label="this is used to connect",
        related=(Label(other, f"{service.name} creates this {part}"),),
        help=f"write the same {part} in both places, best by one variable",
    )


def _differing(match: Match[str], service: Service, deployment: Deployment) -> Iterator[tuple[str, Location]]:
    image = _image(service)
    own = deployment.having(Process, "namespace", service.namespace) if image in _IMAGES else []
    variables = own[-1].environment.variables if own else {}
    for names in _IMAGES.get(image, ()):
        for part, name in names.items():
            value = variables.get(name)
            if not isinstance(value, Known) or value.at is None or "$" in match[part]:
                continue
            from urllib.parse import unquote  # noqa: PLC0415  rarely needed, and slow to import

            if unquote(match[part]) != value.value and not (part == "user" and match[part] == "root"):
                yield part, value.at


def _image(service: Service) -> str:
    return (service.image or "").partition(":")[0].rpartition("/")[2]


def _host_port(match: Match[str], own: Service, deployment: Deployment) -> PublishedPort | None:
    """The published port whose host side the URL names, where the container's side is another one."""
    port = match["port"]
    services = deployment.networks.named(match["host"], own.namespace)
    if port is None or own.network_mode:
        return None
    entries = [
        entry
        for service in services
        for entry in deployment.having(PublishedPort, "service.namespace", service.namespace)
    ]
    if any(isinstance(e.container_port, Known) and str(e.container_port.value) == port for e in entries):
        return None
    return next(
        (e for e in entries if isinstance(e.host_port, Known) and str(e.host_port.value) == port), None
    )
