"""Addresses that are listened on twice (ngx_http_add_listen, ngx_stream_core_listen, ngx_mail_core_listen)."""

from collections.abc import Iterator, Sequence

from deploylint.dataclass import dataclass
from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.placing import Placing, placing
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault
from deploylint.formats.nginx.setters.hostnames import is_name
from deploylint.formats.nginx.setters.listens import NAMED_OPTIONS, OPTIONS
from deploylint.project import Project
from deploylint.values.address import TcpAddress, UnixAddress
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import nginx_listen

_MOST_KEPT = 1024

Key = tuple[TcpAddress | UnixAddress, str]


@dataclass(frozen=True, slots=True)
class Listen:
    """One address of one `listen`; `server` is the block it stands in."""

    statement: Statement
    server: Block
    values: tuple[str, ...]

    @property
    def is_default(self) -> bool:
        return not {"default_server", "default"}.isdisjoint(self.values[1:])

    @property
    def has_options(self) -> bool:
        return any(value in OPTIONS or value.startswith(NAMED_OPTIONS) for value in self.values[1:])


def listens(found: Placing, body: Body) -> Sequence[tuple[Key, Listen]]:
    """The addresses of all servers in the body of an `http`, `stream` or `mail` block, in order."""
    if found.listens[0] is body:
        return found.listens[1]
    listened = list(_listens(found, body))
    if len(listened) <= _MOST_KEPT:
        found.listens = body, listened
    return listened


def _listens(found: Placing, body: Body) -> Iterator[tuple[Key, Listen]]:
    for server in found.known.level(body).get("server"):
        if not isinstance(server, Block):
            continue
        for statement in found.known.level(server).get("listen"):
            if not statement.values or statement.opaque:
                continue
            values = statement.values
            try:
                addresses = nginx_listen(values[0])
            except InvalidValue:
                continue
            kind = "udp" if len(values) > 1 and ("udp" in values[1:] or "quic" in values[1:]) else "tcp"
            one = Listen(statement, server, values)
            for address in addresses[:20_000]:
                yield (address, kind), one


def shown(address: TcpAddress | UnixAddress) -> str:
    """As nginx shows it: `0.0.0.0:80`."""
    if isinstance(address, UnixAddress):
        return f"unix:{address.path}"
    return f"{address.host or '0.0.0.0'}:{address.port}"  # noqa: S104


def duplicates(file: File, project: Project) -> Iterator[Fault]:
    found = placing(file, project)
    for body in bodies(file, found, "http"):
        yield from _in_http(found, body)
    for context in ("stream", "mail"):
        if context == "mail" or (found.target is not None and found.target < (1, 25, 5)):
            for body in bodies(file, found, context):
                yield from _pairs(found, body)


def names(file: File, project: Project) -> Iterator[Fault]:
    """Names that no table of names takes: nginx makes one where an address has several servers."""
    found = placing(file, project)
    for body in bodies(file, found, "http"):
        listened = listens(found, body)
        if len(listened) < 2:
            continue
        servers: dict[Key, dict[int, Block]] = {}
        for key, one in listened:
            servers.setdefault(key, {})[id(one.server)] = one.server
        several = [group for group in servers.values() if len(group) > 1]
        for server in {at: server for group in several for at, server in group.items()}.values():
            yield from _names(found, server)


def _names(found: Placing, server: Block) -> Iterator[Fault]:
    for statement in found.known.level(server).get("server_name"):
        for at, name in enumerate(statement.values):
            if name.startswith("~") or is_name(name):
                continue
            word = statement.args[at]
            if not word.opaque:
                message = f'invalid server name or wildcard "{name}"'
                yield fault(word.at, message, "an asterisk is the first or the last label of a name")


def _in_http(found: Placing, body: Body) -> Iterator[Fault]:
    listened = listens(found, body)
    if len(listened) < 2:
        return
    in_server: dict[tuple[Key, int], Listen] = {}
    defaults: dict[Key, Listen] = {}
    options: dict[Key, Listen] = {}
    for key, one in listened:
        at = one.statement.at
        first = in_server.setdefault((key, id(one.server)), one)
        if first is not one:
            message = f"a duplicate listen {shown(key[0])}"
            yield fault(at, message, "one of the two is enough", first=first.statement.at)
            continue
        if one.has_options and (first := options.setdefault(key, one)) is not one:
            message = f"duplicate listen options for {shown(key[0])}"
            yield fault(at, message, "give them in one server only", first=first.statement.at)
        elif one.is_default and (first := defaults.setdefault(key, one)) is not one:
            message = f"a duplicate default server for {shown(key[0])}"
            yield fault(at, message, "only one server of an address is the default", first=first.statement.at)


def _pairs(found: Placing, body: Body) -> Iterator[Fault]:
    seen: dict[Key, Listen] = {}
    for key, one in listens(found, body):
        first = seen.setdefault(key, one)
        if first is not one:
            message = f'duplicate "{shown(key[0])}" address and port pair'
            yield fault(one.statement.at, message, first=first.statement.at)
