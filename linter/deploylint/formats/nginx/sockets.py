"""Which servers share an address: nginx chooses among them by name."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from operator import eq

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.configuration import Configuration
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.words import lowered
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import nginx_listen

_DEFAULT = frozenset({"default_server", "default"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A server with the `listen` that binds it to the address; None where nginx listens on port 80 by default."""

    server: Block
    listen: Statement | None

    @property
    def is_default(self) -> bool:
        return self.listen is not None and not _DEFAULT.isdisjoint(self.listen.values[1:])


def sockets(configuration: Configuration, file: File) -> list[list[Bound]]:
    """The servers of each address, in the order in which nginx reads them.

    Servers of files that stand beside each other, where no file of the project includes both, do not meet.
    """
    by_address: dict[str, list[Bound]] = {}
    for server in servers(configuration, file):
        for address, listen in _bound(configuration, server):
            by_address.setdefault(address, []).append(Bound(server, listen))
    return list(by_address.values())


def servers(configuration: Configuration, file: File) -> list[Block]:
    """Those of `http` in a file and those it includes; none in a file that another one includes."""
    if configuration.sites(file):
        return []
    level = configuration.level(file)
    found = list(level.get("server")) if configuration.contexts(file)[0] == "http" else []
    for http in level.get("http"):
        if isinstance(http, Block):
            found += configuration.level(http).get("server")
    return [server for server in found if isinstance(server, Block)]


def _bound(configuration: Configuration, server: Block) -> list[tuple[str, Statement | None]]:
    level = configuration.level(server)
    listens = level.get("listen")
    if not listens:
        return [("0.0.0.0:80", None)] if level.complete else []
    found: list[tuple[str, Statement | None]] = []
    for listen in listens:
        if not listen.values or listen.opaque or "quic" in listen.values:
            continue
        found += [(address, listen) for address in _addresses(listen.values[0])]
    return found


@lru_cache(maxsize=256)
def _addresses(text: str) -> Sequence[str]:
    try:
        return [str(address) for address in nginx_listen(text)]
    except InvalidValue:
        return ()


def names(configuration: Configuration, server: Block) -> list[tuple[Statement | None, Sequence[str]]]:
    """The names of a server as written, by the directive that gives them; the empty one if there is none."""
    level = configuration.level(server)
    directives = level.get("server_name")
    if not directives:
        return [(None, ("",))] if level.complete else []
    return [(one, _written(one)) for one in directives]


def may_repeat_itself(configuration: Configuration, server: Block) -> bool:
    """Whether a server may have a name twice. There may be very many: then nothing is made for each of them."""
    directives = configuration.level(server).get("server_name")
    if len(directives) != 1:
        return len(directives) > 1
    written = directives[0].head.values
    if len(written) < 2:
        return False
    ordered = sorted(map(lowered, written))
    return any(map(eq, ordered, islice(ordered, 1, None)))


def _written(server_name: Statement) -> Sequence[str]:
    """The names that no template fills in."""
    if not server_name.opaque:
        return server_name.values
    return [word.value for word in server_name.args if not word.opaque]
