import re
from collections.abc import Iterator

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.keys import pairs
from deploylint.formats.compose.merged import merged_services
from deploylint.formats.compose.nodes import Scalar
from deploylint.formats.compose.projects import Project as ComposeProject
from deploylint.formats.compose.projects import Settings
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint_rules.compose._images import DATA, last_name

_PORTS = {
    "PostgreSQL": "5432", "MySQL": "3306", "MariaDB": "3306", "Redis": "6379", "Valkey": "6379",
    "RabbitMQ": "5672", "MongoDB": "27017", "memcached": "11211", "Elasticsearch": "9200",
}  # fmt: skip
_SCHEMES = {
    "postgres": "PostgreSQL", "postgresql": "PostgreSQL", "mysql": "MySQL", "redis": "Redis", "rediss": "Redis",
    "amqp": "RabbitMQ", "mongodb": "MongoDB", "memcached": "memcached",
}  # fmt: skip
_URL = re.compile(
    r"(?P<scheme>[a-z]++)(?:\+[a-z0-9]++)?+://(?:[^@/\s]*@)?(?:localhost|127\.0\.0\.1|\[::1\])(?::(?P<port>[0-9]{1,5}))?+(?=[/?]|\Z)"
)
_HOST_NAMES = {
    "PostgreSQL": re.compile(r"(?:\A|_)(?:POSTGRES|PG|DB|DATABASE)_?HOST\Z"),
    "MySQL": re.compile(r"(?:\A|_)(?:MYSQL|MARIADB|DB|DATABASE)_?HOST\Z"),
    "MariaDB": re.compile(r"(?:\A|_)(?:MYSQL|MARIADB|DB|DATABASE)_?HOST\Z"),
    "Redis": re.compile(r"(?:\A|_)REDIS_?HOST\Z"),
    "RabbitMQ": re.compile(r"(?:\A|_)(?:RABBIT(?:MQ)?|AMQP)_?HOST\Z"),
    "MongoDB": re.compile(r"(?:\A|_)MONGO(?:DB)?_?HOST\Z"),
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@rule(
    Severity.ERROR,
    confidence=Confidence.MEDIUM,
    symptoms=(
        '*connection to server at "localhost"* failed: Connection refused*',
        "Error 111 connecting to localhost:6379. Connection refused.",
        '*Is the server running on host "localhost"*',
    ),
)
def compose_url_to_localhost(project: Project) -> Findings:
    """A container looks for the database on localhost, which is itself.

    ## Why is this bad?
    Inside a container `localhost` is that container. The database runs in another one, so the connection
    is refused; its name in the network is the name of its service.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        environment:
          REDIS_URL: redis://localhost:6379/0
      redis:
        image: redis:7.4
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        environment:
          REDIS_URL: redis://redis:6379/0
      redis:
        image: redis:7.4
    ```

    ## When it is fine
    With `network_mode: host`, which the rule knows.

    ## References
    - https://docs.docker.com/compose/how-tos/networking/
    - https://github.com/cookiecutter/cookiecutter-django/issues/2767
    """
    for one, settings in merged_services(project):
        if settings.last("network_mode") is not None:
            continue
        servers = _servers(one)
        if not servers or settings.name in servers.values():
            continue
        for name, at, value in _local(settings, one):
            kind = _kind(name, value, servers)
            if kind is not None:
                target = servers[kind]
                yield Finding(
                    at.at,
                    printable(
                        f'{name} of service "{settings.name}" names localhost, but {kind} runs in service "{target}"'
                    ),
                    label="localhost is this container itself",
                    related=(Label(one.services[target].at, f"{kind} runs here"),),
                    help=f"write {target} instead of localhost",
                )


def _servers(one: ComposeProject) -> dict[str, str]:
    """Kind of data service -> the service that runs it."""
    found: dict[str, str] = {}
    for settings in one.services.values():
        image = text_value(settings.last("image"), one.environment)
        kind = DATA.get(last_name(image.value)) if isinstance(image, Known) else None
        if kind is not None:
            found.setdefault(kind, settings.name)
    return found


def _local(settings: Settings, one: ComposeProject) -> Iterator[tuple[str, Scalar, str]]:
    for name, place, scalar in pairs(settings.all("environment")):
        value = text_value(scalar, one.environment)
        if isinstance(value, Known) and scalar is not None and not value.why:
            yield name, scalar if scalar.start < scalar.end else place, value.value


def _kind(name: str, value: str, servers: dict[str, str]) -> str | None:
    match = _URL.match(value)
    if match is not None:
        kind = _SCHEMES.get(match["scheme"])
        kind = "MariaDB" if kind == "MySQL" and kind not in servers else kind
        port = match["port"]
        return kind if kind in servers and (port is None or port == _PORTS.get(kind or "")) else None
    if value in _LOOPBACK:
        return next(
            (kind for kind in servers if kind in _HOST_NAMES and _HOST_NAMES[kind].search(name)), None
        )
    return None
