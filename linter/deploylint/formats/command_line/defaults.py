"""What holds when a server's command line does not say: addresses, times, and how it behaves.

The numbers are those of the releases that the vocabulary describes; each entry names its source.
"""

from collections.abc import Mapping

from deploylint.dataclass import dataclass
from deploylint.formats.command_line.invocation import Kind
from deploylint.values.address import TcpAddress, tcp
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import host_and_port


@dataclass(frozen=True, slots=True)
class ServerDefaults:
    """A server's own defaults.

    `host` and `port` are where it listens, None when it must be told. `variables` are the environment
    variables that give them instead. `graceful_timeout`: seconds it waits for open requests when told to stop, None for no limit.
    `timeout`: seconds after which a busy worker is killed, None when there is no such thing.
    `notifies_systemd`: it says READY=1 (`Type=notify`). `source` is where the facts are written.
    """

    host: str | None
    port: int | None
    variables: tuple[str, str] | None = None
    workers: int | None = 1
    timeout: float | None = None
    graceful_timeout: float | None = None
    keepalive: float | None = None
    notifies_systemd: bool = False
    protocol: str = "http"
    source: str = ""


DEFAULTS: Mapping[Kind, ServerDefaults] = {
    Kind.GUNICORN: ServerDefaults(
        "127.0.0.1", 8000, timeout=30, graceful_timeout=30, keepalive=2, notifies_systemd=True,
        source="gunicorn/config.py; sd_notify since 20.0",
    ),
    Kind.UWSGI: ServerDefaults(
        None, None, graceful_timeout=60, notifies_systemd=True, protocol="uwsgi",
        source="uWSGI core/init.c, worker-reload-mercy; core/notify.c",
    ),
    Kind.UVICORN: ServerDefaults(
        "127.0.0.1", 8000, ("UVICORN_HOST", "UVICORN_PORT"), keepalive=5, source="uvicorn/main.py",
    ),
    Kind.HYPERCORN: ServerDefaults("127.0.0.1", 8000, graceful_timeout=3, keepalive=5, source="hypercorn/config.py"),
    # Its --application-close-timeout begins when a client has gone; when it stops, it cancels everything at once.
    Kind.DAPHNE: ServerDefaults("127.0.0.1", 8000, source="daphne/cli.py, daphne/server.py"),
    Kind.WAITRESS: ServerDefaults("0.0.0.0", 8080, workers=None, source="waitress/adjustments.py"),  # noqa: S104
    Kind.GRANIAN: ServerDefaults(
        "127.0.0.1", 8000, ("GRANIAN_HOST", "GRANIAN_PORT"), source="granian/cli.py",
    ),
    Kind.FLASK_RUN: ServerDefaults(
        "127.0.0.1", 5000, ("FLASK_RUN_HOST", "FLASK_RUN_PORT"), workers=None, source="flask/cli.py",
    ),
    Kind.RUNSERVER: ServerDefaults(
        "127.0.0.1", 8000, workers=None, source="django/core/management/commands/runserver.py"
    ),
    Kind.HTTP_SERVER: ServerDefaults("0.0.0.0", 8000, workers=None, source="http/server.py"),  # noqa: S104
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DefaultBind:
    """Where a server listens when its command line does not say, and why. `address` None: a variable has an unknown value."""

    address: TcpAddress | None
    why: str


def default_bind(kind: Kind, environment: Mapping[str, str | None]) -> DefaultBind | None:
    """The address without any option; None for programs that listen nowhere then.

    `environment` holds the variables that the process gets, with None for unknown values.
    """
    defaults = DEFAULTS.get(kind)
    if defaults is None or defaults.host is None or defaults.port is None:
        return None
    if kind is Kind.GUNICORN and "PORT" in environment:
        return DefaultBind(_address("0.0.0.0", environment["PORT"]), "gunicorn's default with PORT set")  # noqa: S104
    host, port = default_host_and_port(kind, environment)
    set_by = [name for name in defaults.variables or () if name in environment]
    why = " and ".join(set_by) if set_by else f"{kind.value} default"
    if host == "0.0.0.0" and not set_by:  # noqa: S104
        return DefaultBind(tcp(host, defaults.port), why)
    return DefaultBind(_address(host, port), why)


def default_host_and_port(kind: Kind, environment: Mapping[str, str | None]) -> tuple[str | None, str | None]:
    """Host and port as text, each from its variable if that is set."""
    defaults = DEFAULTS.get(kind)
    if defaults is None or defaults.host is None:
        return None, None
    texts: tuple[str | None, str | None] = (defaults.host, str(defaults.port))
    if defaults.variables is None:
        return texts
    host_name, port_name = defaults.variables
    return environment.get(host_name, texts[0]), environment.get(port_name, texts[1])


def _address(host: str | None, port: str | None) -> TcpAddress | None:
    if host is None or port is None:
        return None
    try:
        return host_and_port(host, port)
    except InvalidValue:
        return None
