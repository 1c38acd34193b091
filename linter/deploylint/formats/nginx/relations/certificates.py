"""TLS without a certificate (ngx_http_ssl_init in ngx_http_ssl_module.c, ngx_stream_ssl_module.c)."""

from collections.abc import Iterator

from deploylint.formats.nginx.configuration import Body, Level
from deploylint.formats.nginx.nodes import Block, File
from deploylint.formats.nginx.placing import Placing, placing
from deploylint.formats.nginx.relations.listeners import Key, Listen, listens
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault
from deploylint.project import Project

_DEFINED_FOR = 'is defined for the "listen ... ssl" directive'


def missing(file: File, project: Project) -> Iterator[Fault]:
    """The default server of an address that takes TLS has no certificate, or no key for it.

    The other servers of the address may go without: nginx then uses what the default server has.
    """
    found = placing(file, project)
    for body in bodies(file, found, "http"):
        listened = listens(found, body)
        if not any(_takes_tls(one) for _, one in listened):
            continue
        by_address: dict[Key, list[Listen]] = {}
        for key, one in listened:
            by_address.setdefault(key, []).append(one)
        for several in by_address.values():
            with_tls = next((one for one in several if _takes_tls(one)), None)
            if with_tls is None:
                continue
            default = next((one for one in several if one.is_default), several[0])
            problem = _problem(found, default.server, body)
            if problem:
                at = default.statement if _takes_tls(default) else with_tls.statement
                yield fault(
                    at.at,
                    f'no "{problem}" {_DEFINED_FOR}',
                    'name the certificate with "ssl_certificate" and its key with "ssl_certificate_key"',
                    # The file that includes a fragment may name one for all servers.
                    sure=isinstance(body, Block),
                )
    for body in bodies(file, found, "stream"):
        yield from _in_stream(found, body)


def _takes_tls(one: Listen) -> bool:
    return len(one.values) > 1 and not {"ssl", "quic"}.isdisjoint(one.values[1:])


def _in_stream(found: Placing, body: Body) -> Iterator[Fault]:
    for _, one in listens(found, body):
        if "ssl" in one.values[1:] and (problem := _problem(found, one.server, body)):
            yield fault(one.statement.at, f'no "{problem}" {_DEFINED_FOR}')


def _problem(found: Placing, server: Block, body: Body) -> str | None:
    """The directive that is missing, if any is; None as well where an include may bring it."""
    own, outer = found.known.level(server), found.known.level(body)
    if not own.complete or not outer.complete:
        return None
    for level in (own, outer):
        for reject in level.get("ssl_reject_handshake")[:1]:
            return None if reject.values == ("on",) else _lacking(own, outer)
    return _lacking(own, outer)


def _lacking(own: Level, outer: Level) -> str | None:
    for name in ("ssl_certificate", "ssl_certificate_key"):
        if not own.get(name) and not outer.get(name):
            return name
    return None
