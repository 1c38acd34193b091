"""Recoding between charsets that no `charset_map` joins (ngx_http_charset_postconfiguration)."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import File
from deploylint.formats.nginx.placing import placing
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault, is_closed
from deploylint.project import Project


def faults(file: File, project: Project) -> Iterator[Fault]:
    """A block that has a `source_charset` and another `charset` of its own."""
    found = placing(file, project)
    if not found.count("source_charset"):
        return
    sure = is_closed(file, found)
    joined = {
        frozenset(value.lower() for value in statement.values)
        for body in bodies(file, found, "http")
        for statement in found.known.level(body).get("charset_map")
    }
    for context in ("http", "server", "location"):
        for body in bodies(file, found, context):
            level = found.known.level(body)
            sources, targets = level.get("source_charset"), level.get("charset")
            if not sources or not targets or not sources[0].values or not targets[0].values:
                continue
            source, target = sources[0].values[0], targets[0].values[0]
            if "off" in (source, target) or "$" in source + target or source.lower() == target.lower():
                continue
            if frozenset((source.lower(), target.lower())) not in joined:
                message = f'no "charset_map" between the charsets "{source}" and "{target}"'
                yield fault(targets[0].at, message, sure=sure)
