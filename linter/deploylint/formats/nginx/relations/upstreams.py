"""Upstreams: none inside, defined twice, named with a port (ngx_http_upstream.c, ngx_http_upstream_round_robin.c)."""

from collections.abc import Iterator

from deploylint.formats.nginx.configuration import Body, Configuration
from deploylint.formats.nginx.nodes import Block, File, Statement
from deploylint.formats.nginx.placing import Placing, placing, readings
from deploylint.formats.nginx.relations.definitions import definitions
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault, is_closed
from deploylint.formats.nginx.setters import passes
from deploylint.formats.nginx.setters.call import Call, Readings, Refused, scope
from deploylint.formats.nginx.words import lowered
from deploylint.project import Project
from deploylint.values.address import TcpAddress, ipv6, is_ipv4
from deploylint.values.upstream import UpstreamTarget

_WITHOUT_BACKUP = frozenset({"hash", "ip_hash", "random"})


def faults(file: File, project: Project) -> Iterator[Fault]:
    found = placing(file, project)
    for context in ("http", "stream"):
        for body in bodies(file, found, context):
            yield from _definitions(found, body)
    yield from _uses(file, project)


def _definitions(found: Placing, body: Body) -> Iterator[Fault]:
    seen: dict[str, Statement] = {}
    for statement in found.known.level(body).get("upstream"):
        if not isinstance(statement, Block) or len(statement.values) != 1 or statement.opaque:
            continue
        name = statement.values[0]
        first = seen.setdefault(name.lower(), statement)
        if first is not statement:
            yield fault(statement.at, f'duplicate upstream "{name}"', first=first.at)
        yield from _servers(found, statement)


def _servers(found: Placing, block: Block) -> Iterator[Fault]:
    level = found.known.level(block)
    servers = level.get("server")
    if not level.complete:
        return
    if not servers:
        yield fault(block.at, "no servers are inside upstream", "name at least one server")
        return
    spare = [server for server in servers if "backup" in server.values[1:]]
    if not spare:
        return
    if len(spare) == len(servers) and not any(server.opaque for server in servers):
        yield fault(
            block.at, f'no servers in upstream "{block.values[0]}"', "not all of them can be spare ones"
        )
    method = next((one for one in block.children if one.name in _WITHOUT_BACKUP), None)
    for server in spare:
        if method is not None and server.start > method.start:
            message = 'balancing method does not support parameter "backup"'
            yield fault(server.at, message, first=method.at)


def _host(call: Call) -> UpstreamTarget | None:
    """The server that requests are passed to, where it has the name of a host or an address."""
    try:
        target = passes.target(call)
    except Refused:
        return None
    return target if target and isinstance(target.address, TcpAddress) else None


def _needs_upstream(call: Call) -> bool:
    """Whether it matters if there is an upstream of that name: `http://name` needs a port neither with nor without one."""
    target = _host(call)
    if target is None:
        return False
    return target.port_written or call.name != "proxy_pass" or call.context.startswith("stream")


# There may be many, so that no target is kept.
_HOSTS = Readings(dict.fromkeys(passes.NAMES, _needs_upstream))


def _homes(known: Configuration) -> dict[str, set[str]]:
    """The configurations that have an upstream of each name: a project may hold several, which do not see each other's."""
    made: dict[str, set[str]] | None = known.memo.get("homes of upstreams")
    if made is None:
        made = known.memo["homes of upstreams"] = {}
        for file in known.every_file():
            for statement, _ in file.named(("upstream",)):
                if statement.values:
                    made.setdefault(lowered(statement.values[0]), set()).add(known.instance(file))
    return made


def _uses(file: File, project: Project) -> Iterator[Fault]:
    """Servers that requests are passed to, compared with the upstreams of all files."""
    found = placing(file, project)
    by_context = definitions(found.known).upstreams
    for placed, _ in readings(file, project, _HOSTS):
        target = _host(Call(placed.statement.head, scope(placed.context, None, found.target)))
        address = target.address if target else None
        if target is None or not isinstance(address, TcpAddress):
            continue
        in_stream = placed.context.startswith("stream")
        if target.host in by_context["stream" if in_stream else "http"]:
            if target.port_written and found.known.instance(file) in _homes(found.known).get(target.host, ()):
                message = f'upstream "{target.host}" may not have port {address.port}'
                yield fault(
                    placed.statement.args[0].at, message, "the servers of the upstream have the ports"
                )
        elif not target.port_written:
            known = is_ipv4(target.host) or ipv6(target.host.strip("[]")) is not None
            at = placed.statement.args[0].at
            sure = known or is_closed(file, found)
            yield fault(at, f'no port in upstream "{target.host}"', sure=sure)
