"""Servers that cannot work as they stand, and a main file without `events`."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import Block, File
from deploylint.formats.nginx.placing import placing
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault
from deploylint.project import Project

_STREAM_HANDLERS = (
    "proxy_pass",
    "return",
    "js_content",
    "pass",
    "content_by_lua_block",
    "content_by_lua_file",
)


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
                elif context == "stream" and not any(name in level.directives for name in _STREAM_HANDLERS):
                    yield fault(
                        server.at, "no handler for server", 'say what it does, for instance with "proxy_pass"'
                    )


def no_events(file: File, project: Project) -> Iterator[Fault]:
    """A main file without `events`, which nginx wants even if it is empty."""
    found = placing(file, project)
    if found.known.contexts(file)[0] != "main" or found.known.sites(file):
        return
    level = found.known.level(file)
    http = next((child for name in ("http", "stream", "mail") for child in level.get(name)), None)
    if http is not None and level.complete and not level.get("events"):
        yield fault(
            http.at, 'no "events" section in configuration', 'put "events" with an empty block before it'
        )
