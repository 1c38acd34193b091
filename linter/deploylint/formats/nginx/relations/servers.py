"""Servers that cannot work as they stand, and a main file without `events`."""

from collections.abc import Iterator
from posixpath import basename

from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.nodes import Block, File
from deploylint.formats.nginx.placing import Placing, placing
from deploylint.formats.nginx.relations.listeners import listens
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault
from deploylint.project import Project
from deploylint.values.address import TcpAddress

_STREAM_HANDLERS = (
    "proxy_pass",
    "return",
    "js_content",
    "pass",
    "content_by_lua_block",
    "content_by_lua_file",
)
# The ports that say which protocol a server of mail speaks.
_PORTS = frozenset({25, 587, 110, 995, 143, 993})


def incomplete(file: File, project: Project) -> Iterator[Fault]:
    """Servers of `stream` and `mail` that listen nowhere or do nothing."""
    found = placing(file, project)
    for context in ("stream", "mail"):
        for body in bodies(file, found, context):
            for server in found.known.level(body).get("server"):
                if not isinstance(server, Block):
                    continue
                level = found.known.level(server)
                if not level.complete:
                    continue
                if "listen" not in level.directives:
                    yield fault(
                        server.at, 'no "listen" is defined for server', "say on which port it listens"
                    )
                elif context == "mail":
                    yield from _mail(found, server, body)
                elif not any(name in level.directives for name in _STREAM_HANDLERS):
                    yield fault(
                        server.at, "no handler for server", 'say what it does, for instance with "proxy_pass"'
                    )


def _mail(found: Placing, server: Block, body: Body) -> Iterator[Fault]:
    """The protocol comes from the port if nobody names it, and somebody has to authenticate users."""
    level, outer = found.known.level(server), found.known.level(body)
    ports = {
        key[0].port
        for key, one in listens(found, body)
        if one.server is server and isinstance(key[0], TcpAddress)
    }
    if not level.get("protocol") and not ports & _PORTS:
        yield fault(server.at, "unknown mail protocol for server", 'name it with "protocol"')
    elif not level.get("auth_http") and not outer.get("auth_http") and outer.complete:
        yield fault(server.at, 'no "auth_http" is defined for server')


def no_events(file: File, project: Project) -> Iterator[Fault]:
    """A main file without `events`, which nginx wants even if it is empty."""
    found = placing(file, project)
    if found.known.contexts(file)[0] != "main" or found.known.sites(file):
        return
    level = found.known.level(file)
    http = next((child for name in ("http", "stream", "mail") for child in level.get(name)), None)
    if http is not None and level.complete and not level.get("events"):
        # A file with another name may be one that the main file includes.
        sure = "nginx" in basename(file.path)
        help_ = 'put "events" with an empty block before it'
        yield fault(http.at, 'no "events" section in configuration', help_, sure=sure)
