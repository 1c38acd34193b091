"""TLS without a certificate (ngx_http_ssl_init in ngx_http_ssl_module.c, ngx_stream_ssl_module.c)."""

from collections.abc import Iterator

from deploylint.formats.nginx.configuration import Body
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
        by_address: dict[Key, list[Listen]] = {}
        for key, one in listens(found, body):
            by_address.setdefault(key, []).append(one)
        for several in by_address.values():
            with_tls = next((one for one in several if {"ssl", "quic"} & set(one.values[1:])), None)
            if with_tls is None:
                continue
            default = next((one for one in several if one.is_default), several[0])
            problem = _problem(found, default.server, body)
            if problem:
                at = default.statement if {"ssl", "quic"} & set(default.values[1:]) else with_tls.statement
                yield fault(
                    at.at,
                    f'no "{problem}" {_DEFINED_FOR}',
                    'name the certificate with "ssl_certificate" and its key with "ssl_certificate_key"',
                )
    for body in bodies(file, found, "stream"):
        yield from _in_stream(found, body)


def _in_stream(found: Placing, body: Body) -> Iterator[Fault]:
    for _, one in listens(found, body):
        if "ssl" in one.values[1:] and (problem := _problem(found, one.server, body)):
            yield fault(one.statement.at, f'no "{problem}" {_DEFINED_FOR}')


def _problem(found: Placing, server: Block, body: Body) -> str | None:
    """The directive that is missing, if any is; None as well where an include may bring it."""
    levels = [found.known.level(one) for one in (server, body)]
    if not all(level.complete for level in levels):
        return None
    if isinstance(body, File):
        # Someone else includes this file, and may set a certificate for all servers.
        return None if not levels[0].complete else _lacking(levels[0].directives)
    return _lacking(
        levels[0].directives | {k: v for k, v in levels[1].directives.items() if k.startswith("ssl_")}
    )


def _lacking(directives: dict[str, list[object]]) -> str | None:  # type: ignore[type-arg]
    if any(getattr(one, "values", ())[:1] == ("on",) for one in directives.get("ssl_reject_handshake", [])):
        return None
    for name in ("ssl_certificate", "ssl_certificate_key"):
        if name not in directives:
            return name
    return None
