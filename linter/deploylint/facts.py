"""The shared language of the model: what every format says about the deployment.

Facts are frozen and carry the locations they were read from. A value is `Known`, with the reason why it holds, or
`Unknown`, with the reason why nobody can tell from the files. Rules fire on contradictions between known values only.
Facts compare by identity: two programs that look alike are still two programs.
"""

from __future__ import annotations

from deploylint.dataclass import dataclass
from deploylint.document import Document
from deploylint.enumeration import Enum
from deploylint.knowledge import Environment, Known, Unknown, Value
from deploylint.source import Location
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploylint.formats.command_line.invocation import Invocation, Kind
    from deploylint.processes import StatedProcess
    from deploylint.route_surroundings import RouteSurroundings
    from deploylint.values.address import Address

ProcessHead = tuple["SupervisorKind", str, "Kind | None"]
__all__ = [
    "HOST", "Aim", "CommandLine", "Environment", "Fact", "Known", "Listener", "Mount", "Namespace", "Process", "ProcessHead",
    "Protocol", "PublishedPort", "Reference", "Route", "Service", "SocketUnit", "StatedListener", "StaticFiles",
    "Supervision", "SupervisorKind", "Target", "Unknown", "Unresolved", "Value", "VirtualServer",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Namespace:
    """Whose network and files a process sees: the host's, or those of one container.

    `project` is the compose project's folder (`.` for the root), with `:file` for a variant of it;
    `service` is the service name. Both are empty for the host.
    """

    project: str = ""
    service: str = ""

    @property
    def is_host(self) -> bool:
        return not self.service


HOST = Namespace()


class SupervisorKind(Enum):
    """Who starts a process and keeps it."""

    SYSTEMD = "systemd"
    SYSTEMD_USER = "systemd user manager"
    SUPERVISOR = "supervisor"
    COMPOSE = "docker compose"
    DOCKERFILE = "container image"
    PROCFILE = "Procfile"
    SCRIPT = "shell script"


@dataclass(frozen=True, slots=True, eq=False)
class Supervision:
    """How a process is started and stopped. Times in seconds, `math.inf` for never.

    `kills_group`: whether the final kill reaches the children, too (systemd's control group,
    supervisor's `killasgroup`). `service_type` is systemd's `Type=`.
    """

    kind: SupervisorKind
    restart: Value[str] = Known("no", default=True)
    stop_timeout: Value[float] = Unknown("not stated")
    stop_signal: Value[str] = Known("TERM", default=True)
    kills_group: Value[bool] = Known(value=False, default=True)
    start_seconds: Value[float] = Unknown("not stated")
    service_type: str = ""


class CommandLine:
    """A program with its arguments: a process, or a command of a shell script. `invocation` is None when it is unknown."""

    __slots__ = ()
    document: Document
    invocation: Invocation | None

    @property
    def kind(self) -> Kind | None:
        """The program that runs in the end."""
        return None if self.invocation is None else self.invocation.kind

    @property
    def head(self) -> ProcessHead:
        return SupervisorKind.SCRIPT, "", self.kind


class Process(CommandLine):
    """Something that is started: a unit's ExecStart, a supervisor program, a compose service, a Procfile line.

    `name` is how people call it (`web.service`, `[program:web]`, `service web`). `invocation` is None when the command is
    unknown. `directory` is a path on the server; None when none is set, so that the supervisor's own holds, as its user does
    for `user` None. `at` is the command's location, or the place that would hold it. `instance` is set for an instance of a
    systemd template, which has the template's `name`; its `instances` are Unknown when nothing in the project starts it. `head`
    is for `when`.
    """

    __slots__ = ()
    name: str
    at: Location
    supervision: Supervision
    directory: Value[str | None]
    user: Value[str | None]
    group: Value[str | None]
    environment: Environment
    namespace: Namespace
    instances: Value[int]
    umask: Value[int | None]
    instance: str

    @property
    def full_name(self) -> str:
        """The name with the instance in it: `web@8001.service`."""
        return self.name.replace("@", f"@{self.instance}", 1) if self.instance else self.name

    @property
    def head(self) -> ProcessHead:
        return self.supervision.kind, self.supervision.service_type, self.kind

    @property
    def is_presumed(self) -> bool:
        """Whether it runs only if somebody starts this instance of its template by hand."""
        return bool(self.instance) and isinstance(self.instances, Unknown)

    @property
    def whole(self) -> StatedProcess:
        """One that says the same, for `replace`."""
        from deploylint.processes import StatedProcess  # noqa: PLC0415  it is one of these

        return StatedProcess(**{name: getattr(self, name) for name in StatedProcess.__match_args__})


class Protocol(Enum):
    """What is spoken on a socket."""

    HTTP = "http"
    UWSGI = "uwsgi"
    FASTCGI = "fastcgi"
    SCGI = "scgi"
    GRPC = "grpc"
    SUPERVISOR = "supervisor RPC"
    STATS = "uWSGI stats"
    OTHER = "other"


class Listener:
    """Somebody accepts connections on an address.

    `owner` names who: `process`, or where there is none the `opener`. `address` is Unknown when it depends on something
    outside the files. `authenticated` tells whether a control interface asks for a password. `mode` is a unix socket's file
    mode. `presumed`: only if somebody starts this instance of a template by hand.
    """

    __slots__ = ()
    address: Value[Address]
    protocol: Protocol
    document: Document
    at: Location
    process: Process | None
    opener: str
    namespace: Namespace
    tls: bool
    authenticated: Value[bool]
    mode: Value[int | None]
    presumed: bool

    @property
    def owner(self) -> str:
        return self.opener if self.process is None else self.process.full_name


@dataclass(frozen=True, slots=True, eq=False)
class StatedListener(Listener):
    """A listener of which everything is kept."""

    address: Value[Address]
    protocol: Protocol
    document: Document
    at: Location
    process: Process | None = None
    opener: str = ""
    namespace: Namespace = HOST
    tls: bool = False
    authenticated: Value[bool] = Known(value=False, default=True)
    mode: Value[int | None] = Known(None, default=True)
    presumed: bool = False
    visited_as = Listener


@dataclass(frozen=True, slots=True, eq=False)
class SocketUnit:
    """A systemd `.socket`: systemd listens and hands the sockets to `service`."""

    name: str
    service: str
    document: Document
    addresses: tuple[Value[Address], ...]
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class VirtualServer:
    """An nginx `server` block. `listens` are the addresses it accepts on, `names` its `server_name` words."""

    document: Document
    at: Location
    listens: tuple[Listener, ...] = ()
    names: tuple[str, ...] = ()
    tls: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One server that a route may choose. `host` is the name as written, in lower case; None for unix sockets.

    `address` is Unknown for a name that only DNS or a variable tells. `spare` marks `backup` and `down`.
    """

    address: Value[Address]
    host: str | None
    port: int | None
    at: Location
    spare: bool = False


Aim = tuple[str | None, tuple[Target, ...]]  # an upstream's name, and the servers that requests may go to


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """nginx hands requests to somebody: one `proxy_pass`, `uwsgi_pass` ... with what holds there.

    There are many: the `surroundings` work out what is asked for. `location` is the location's matcher as written. Times
    are seconds, limits the bytes of a body and of a header line, `math.inf` for any; `headers` those that the application
    gets, lower-case name -> value as written, Unknown when an include hides them; `restricted`: not for everybody.
    """

    document: Document
    directive: str
    protocol: Protocol
    server: VirtualServer | None
    surroundings: RouteSurroundings
    aim: Aim | None = None  # where it is not what the surroundings say

    @property
    def at(self) -> Location:
        return self.surroundings.at(self)

    @property
    def upstream(self) -> str | None:
        return (self.aim or self.surroundings.aim(self))[0]

    @property
    def targets(self) -> tuple[Target, ...]:
        return (self.aim or self.surroundings.aim(self))[1]

    @property
    def location(self) -> str:
        return self.surroundings.location(self)

    @property
    def read_timeout(self) -> Value[float]:
        return self.surroundings.read_timeout(self)

    @property
    def headers(self) -> Value[Mapping[str, str]]:
        return self.surroundings.headers(self)

    @property
    def body_limit(self) -> Value[float]:
        return self.surroundings.body_limit(self)

    @property
    def header_limit(self) -> Value[float]:
        return self.surroundings.header_limit(self)

    @property
    def idle_time(self) -> Value[float]:
        return self.surroundings.idle_time(self)

    @property
    def restricted(self) -> Value[bool]:
        return self.surroundings.restricted(self)


@dataclass(frozen=True, slots=True, eq=False)
class StaticFiles:
    """nginx answers from files: one `root` or `alias` of a location. `folder` is their path where nginx runs."""

    document: Document
    at: Location
    location: str
    folder: Value[str]
    server: VirtualServer | None


class Service:
    """A compose service, merged from all files of its project, which are read when somebody asks.

    `names` are all names other services reach it by, `other_names` those besides its own. `image` None when it is built;
    `build` is the build context's folder in the repository, `dockerfile` its Dockerfile there. `network_mode` empty for
    ordinary networks. `commanded`: compose gives it a command or an entrypoint. `sees_more`: some of its mounts are no facts.
    """

    __slots__ = ()
    namespace: Namespace
    document: Document
    at: Location
    other_names: frozenset[str]
    image: str | None
    build: str | None
    dockerfile: str | None
    network_mode: str
    networks: frozenset[str]
    external_networks: bool
    exposed: tuple[int, ...]
    profiles: frozenset[str]
    depends_on: frozenset[str]
    extra_hosts: frozenset[str]
    init: bool
    tty: bool
    commanded: bool
    sees_more: bool

    @property
    def project(self) -> str:
        return self.namespace.project

    @property
    def name(self) -> str:
        return self.namespace.service

    @property
    def names(self) -> frozenset[str]:
        return self.other_names | {self.name}


@dataclass(frozen=True, slots=True, eq=False)
class PublishedPort:
    """A compose `ports` entry: `host_ip` empty means all interfaces; `host_port` None means a random one."""

    service: Service
    host_ip: str
    host_port: Value[int | None]
    container_port: Value[int]
    at: Location
    udp: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Mount:
    """Files that a container sees: a bind mount, a named volume or a `COPY`.

    `source` is a path in the repository (as `Tree` writes it), an absolute path of the host, or a
    volume's name according to `kind`: `bind`, `host`, `volume`, `copy`. `target` is absolute, in the container.
    """

    service: Service
    kind: str
    source: str
    target: str
    at: Location
    read_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Unresolved:
    """A reference to a file of the project that is not there (an include, a configuration file, an env file)."""

    document: Document
    path: str
    role: str
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A file that a document names and that its program reads besides: the opposite of `Unresolved`.

    `path` is one of the repository, or an absolute one of the server. `role` is `include` or `environment`.
    """

    document: Document
    path: str
    role: str
    at: Location


_OfServers = CommandLine | Listener | SocketUnit | VirtualServer | Route | StaticFiles
Fact = _OfServers | Service | PublishedPort | Mount | Unresolved | Reference
