"""What uWSGI makes of a file's options: sockets, application, processes, times."""

from collections.abc import Iterator
from functools import cached_property, lru_cache

from deploylint.dataclass import dataclass
from deploylint.facts import Known, Protocol, Unknown, Value
from deploylint.formats.uwsgi.nodes import ASKED, Option, UwsgiConfig
from deploylint.formats.uwsgi.placeholders import Placeholders
from deploylint.source import Location
from deploylint.typed import TypeVar
from deploylint.values.address import Address
from deploylint.values.booleans import parse_uwsgi_boolean
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import SharedSocket, uwsgi_socket, uwsgi_tls_socket
from deploylint.vocabulary import uwsgi as vocabulary

T = TypeVar("T")

DEFAULT = "uWSGI default"

# Which options open a socket, and what is spoken there (uWSGI 2.0.31, core/uwsgi.c and plugins/http).
SOCKETS = {
    "socket": Protocol.UWSGI,
    "uwsgi-socket": Protocol.UWSGI,
    "suwsgi-socket": Protocol.UWSGI,
    "ssl-socket": Protocol.UWSGI,
    "http": Protocol.HTTP,
    "http-socket": Protocol.HTTP,
    "http11-socket": Protocol.HTTP,
    "https": Protocol.HTTP,
    "https2": Protocol.HTTP,
    "https-socket": Protocol.HTTP,
    "fastcgi-socket": Protocol.FASTCGI,
    "fastcgi-nph-socket": Protocol.FASTCGI,
    "scgi-socket": Protocol.SCGI,
    "scgi-nph-socket": Protocol.SCGI,
    "stats": Protocol.STATS,
    "stats-server": Protocol.STATS,
    "raw-socket": Protocol.OTHER,
}
_TLS = frozenset({"https", "https2", "https-socket", "suwsgi-socket", "ssl-socket"})
# `protocol` changes what plain sockets speak.
_PROTOCOLS = {
    "uwsgi": Protocol.UWSGI,
    "http": Protocol.HTTP,
    "fastcgi": Protocol.FASTCGI,
    "scgi": Protocol.SCGI,
}
_EMPERORS = ("emperor", "zerg-server")


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket that uWSGI opens. `router`: the HTTP router accepts there, and passes on to the workers."""

    option: Option
    address: Value[Address]
    protocol: Protocol
    tls: bool
    router: bool

    @property
    def at(self) -> Location:
        return self.option.value_at


@dataclass(frozen=True, slots=True)
class Application:
    """One application: `module` (with `:callable`), a `file`, or a paste or eval one (both None).

    `callable` is the attribute; None means uWSGI's default, `application`. `mount` is its path, empty for the root.
    """

    option: Option
    module: Value[str] | None = None
    file: Value[str] | None = None
    callable: Value[str] | None = None
    mount: str = ""


class Settings:
    """The options of one section, as far as they are certain.

    `server_path` is the file's absolute path on the server, where a command line tells it. Of a scalar given twice the
    last one holds. Options in a logic block make a value Unknown unless a later one settles it.
    """

    def __init__(self, config: UwsgiConfig, section: str = ASKED, server_path: str | None = None) -> None:
        self.config = config
        self.section = section
        self._placeholders = Placeholders(config, section, server_path)

    @cached_property
    def _options(self) -> dict[str, list[Option]]:
        found: dict[str, list[Option]] = {}
        for option in self.config.options(self.section):
            found.setdefault(option.name, []).append(option)
        return found

    @property
    def complete(self) -> bool:
        """Whether the absence of an option means that it is not set: no template, no other file is read."""
        return not self.config.templated and not any(_includes(name) for name in self._options)

    @property
    def is_emperor(self) -> bool:
        """Whether uWSGI starts other instances or hands out sockets, and may serve nothing itself."""
        return any(name in self._options for name in _EMPERORS)

    def all(self, *names: str) -> list[Option]:
        """Every option of these names, in the order of the file."""
        found = [option for name in names for option in self._options.get(name, ())]
        return sorted(found, key=lambda option: option.start)

    def get(self, *names: str) -> Option | None:
        """The option that holds: the last one of these names."""
        return next(reversed(self.all(*names)), None)

    def text(self, *names: str) -> Value[str] | None:
        """A scalar's value; None when it is not set here."""
        option = self.get(*names)
        if option is None:
            return None
        if option.condition is not None:
            return Unknown(f"it holds under {option.condition.name} only", option.value_at)
        return self._placeholders.resolve(option)

    def boolean(self, *names: str, default: bool = False) -> Value[bool]:
        """A flag. Without a value it is on; a misspelt value turns it on, too."""
        value = self.text(*names)
        if value is None:
            return self._absent(default)
        return value if isinstance(value, Unknown) else Known(parse_uwsgi_boolean(value.value), value.at)

    def number(self, *names: str, default: int) -> Value[int]:
        """A number as atoi(3) reads it: digits up to the first other character, else 0."""
        value = self.text(*names)
        if value is None:
            return self._absent(default)
        if isinstance(value, Unknown):
            return value
        digits = value.value.lstrip("-+ \t")
        length = next((at for at, letter in enumerate(digits) if letter not in "0123456789"), len(digits))
        number = int(digits[: min(length, 18)] or "0")
        return Known(-number if value.value.lstrip().startswith("-") else number, value.at)

    def sockets(self) -> Iterator[Socket]:
        """Every socket, in the order of the file; addresses under a condition are Unknown."""
        plain = self.text("protocol", "socket-protocol")
        for option in self.all(*SOCKETS):
            protocol = SOCKETS[option.name]
            if option.name == "socket" and isinstance(plain, Known):
                protocol = _PROTOCOLS.get(plain.value, Protocol.OTHER)
            elif option.name == "socket" and isinstance(plain, Unknown):
                protocol = Protocol.OTHER
            router = option.name in ("http", "https", "https2")
            yield Socket(option, self._address(option), protocol, option.name in _TLS, router)

    def applications(self) -> Iterator[Application]:
        """What is loaded at start-up."""
        attribute = self.text("callable")
        for option in self.all("module", "wsgi"):
            value = self._conditional(option)
            if isinstance(value, Known) and ":" in value.value:
                module, _, name = value.value.partition(":")
                yield Application(option, Known(module, value.at), callable=Known(name, value.at))
            else:
                yield Application(option, value, callable=attribute)
        for option in self.all("wsgi-file", "file"):
            yield Application(option, file=self._conditional(option), callable=attribute)
        for option in self.all("mount"):
            yield self._mounted(option, attribute)
        for option in self.all("paste", "ini-paste", "ini-paste-logged", "eval"):
            yield Application(option)

    @property
    def directory(self) -> Value[str] | None:
        """Where uWSGI changes to before it loads the application (`chdir`)."""
        return self.text("chdir")

    @property
    def python_path(self) -> list[Value[str]]:
        return [self._conditional(option) for option in self.all("pythonpath", "python-path", "pp")]

    @property
    def master(self) -> Value[bool]:
        """Whether there is a master process: `master`, or any option that implies it."""
        explicit = self.text("master")
        if isinstance(explicit, Known) and not parse_uwsgi_boolean(explicit.value):
            return Known(value=False, at=explicit.at)
        for name, options in self._options.items():
            if "master" in implied(name) and options[-1].condition is None:
                return Known(value=True, at=options[-1].at, why=f"{name} implies it")
        return self.boolean("master")

    @property
    def processes(self) -> Value[int]:
        return self.number("processes", "workers", default=1)

    @property
    def threads(self) -> Value[int]:
        """Requests that one process works on at a time: `threads`, or an event loop's greenlets or tasks."""
        return self.number("threads", "gevent", "asyncio", "async", "ugreen", default=1)

    @property
    def die_on_term(self) -> Value[bool]:
        return self.boolean("die-on-term")

    @property
    def need_app(self) -> Value[bool]:
        return self.boolean("need-app")

    @property
    def daemonize(self) -> Option | None:
        """The option that sends uWSGI to the background."""
        return self.get("daemonize", "daemonize2")

    @property
    def user(self) -> Value[str] | None:
        return self.text("uid")

    @property
    def group(self) -> Value[str] | None:
        return self.text("gid")

    @property
    def harakiri(self) -> Value[int]:
        """Seconds after which a worker that still answers one request is killed; 0 for never."""
        return self.number("harakiri", default=0)

    @property
    def buffer_size(self) -> Value[int]:
        """Bytes that the headers of a request may take together (core/uwsgi.c, 4096)."""
        return self.number("buffer-size", default=4096)

    @property
    def body_limit(self) -> Value[int]:
        """Bytes that the body of a request may have; 0 for any number."""
        return self.number("limit-post", default=0)

    @property
    def reload_mercy(self) -> Value[int]:
        """Seconds that a worker gets to finish when it is stopped or reloaded."""
        return self.number("worker-reload-mercy", "reload-mercy", default=60)

    @property
    def socket_mode(self) -> Value[int] | None:
        """The mode of Unix sockets (`chmod-socket`; 1 stands for 666); None when the umask decides."""
        value = self.text("chmod-socket", "chmod")
        if value is None or isinstance(value, Unknown):
            return value
        text = "666" if value.value == "1" else value.value
        if len(text) != 3 or not set(text) <= set("01234567"):
            return Unknown("chmod-socket takes three octal digits", value.at)
        return Known(int(text, 8), value.at)

    def _address(self, option: Option) -> Value[Address]:
        value = self._conditional(option)
        if isinstance(value, Unknown):
            return value
        try:
            read = uwsgi_tls_socket if option.name in _TLS else uwsgi_socket
            address = read(value.value)
        except InvalidValue as error:
            return Unknown(error.message, value.at)
        if address is None:
            return Unknown("the address is taken from the machine's interfaces", value.at)
        if isinstance(address, SharedSocket):
            shared = self.all("shared-socket")
            if address.number < len(shared):
                return self._address(shared[address.number])
            return Unknown("there is no such shared-socket here", value.at)
        return Known(address, value.at)

    def _conditional(self, option: Option) -> Value[str]:
        if option.condition is not None:
            return Unknown(f"it holds under {option.condition.name} only", option.value_at)
        return self._placeholders.resolve(option)

    def _mounted(self, option: Option, attribute: Value[str] | None) -> Application:
        value = self._conditional(option)
        if isinstance(value, Unknown) or "=" not in value.value:
            return Application(option, Unknown("a mount point without an application", option.value_at))
        mount, _, target = value.value.partition("=")
        if ":" in target:
            module, _, name = target.partition(":")
            return Application(option, Known(module, value.at), callable=Known(name, value.at), mount=mount)
        # What has a slash or ends like a file is loaded as a file (plugins/python/pyloader.c).
        is_file = "/" in target or target.endswith((".py", ".wsgi"))
        place: Value[str] = Known(target, value.at)
        return Application(option, None if is_file else place, place if is_file else None, attribute, mount)

    def _absent(self, default: T) -> Value[T]:
        if not self.complete:
            return Unknown("another file or a template may set it")
        return Known(default, why=DEFAULT, default=True)


@lru_cache(maxsize=128)
def settings_of(config: UwsgiConfig, section: str = ASKED, server_path: str | None = None) -> Settings:
    """The same for everybody who asks; each rule asks about some dozens before the next one does."""
    return Settings(config, section, server_path)


def implied(name: str) -> tuple[str, ...]:
    """What else an option turns on."""
    option = vocabulary.option(name)
    return () if option is None else option.implies


def _includes(name: str) -> bool:
    option = vocabulary.option(name)
    return option is not None and option.kind == "include"
