"""Zones, caches, log formats and thread pools that nobody defines, or that are defined twice."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import File, Statement
from deploylint.formats.nginx.placing import Placing, placing
from deploylint.formats.nginx.relations.definitions import definitions
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault, is_closed
from deploylint.project import Project

_CACHES = ("proxy_cache", "fastcgi_cache", "uwsgi_cache", "scgi_cache")
_DEFINERS = {
    "limit_req_zone": "zone=",
    "limit_conn_zone": "zone=",
    **{f"{cache}_path": "keys_zone=" for cache in _CACHES},
}
_SWITCHED = ("proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags")
# The directives that `undefined` looks at, and those of the other functions.
USED = ("limit_req", "limit_conn", *_CACHES, "access_log", "aio")
LIMITED = ("thread_pool", "log_format", *_DEFINERS, "limit_req", "limit_conn", *_SWITCHED)


def undefined(file: File, project: Project) -> Iterator[Fault]:
    found = placing(file, project)
    sure = is_closed(file, found)
    yield from _zones(found, sure=sure)
    yield from _caches(found, sure=sure)
    yield from _formats(file, found, sure=sure)
    yield from _pools(found, sure=sure)


def _zones(found: Placing, *, sure: bool) -> Iterator[Fault]:
    made = definitions(found.known)
    for placed in found.every(("limit_req", "limit_conn")):
        definer = f"{placed.statement.name}_zone"
        for at, value in enumerate(placed.statement.values):
            name = value.removeprefix("zone=")
            if (placed.statement.name == "limit_req") != value.startswith("zone=") or (
                placed.statement.name == "limit_conn" and at
            ):
                continue
            if name not in made.zones.get(definer, ()):
                message = f'zero size shared memory zone "{name}"'
                yield fault(
                    placed.statement.args[at].at, message, f'define it with "{definer}" in http', sure=sure
                )


def _caches(found: Placing, *, sure: bool) -> Iterator[Fault]:
    made = definitions(found.known)
    for placed in found.every(_CACHES):
        name = placed.statement.values[0]
        definer = f"{placed.statement.name}_path"
        if name != "off" and "$" not in name and name not in made.zones.get(definer, ()):
            message = f'"{placed.statement.name}" zone "{name}" is unknown'
            yield fault(
                placed.statement.args[0].at, message, f'define it with "{definer}" in http', sure=sure
            )


def _formats(file: File, found: Placing, *, sure: bool) -> Iterator[Fault]:
    """A format has to be defined before it is used, in the order of the text with its includes."""
    made = definitions(found.known)
    late = _late_formats(file, found)
    for placed in found.of("access_log"):
        values = placed.statement.values
        if values[0] == "off" or len(values) < 2:
            continue
        name = values[1]
        if name.lower() not in made.formats:
            yield fault(
                placed.statement.args[1].at,
                f'unknown log format "{name}"',
                'define it with "log_format"',
                sure=sure,
            )
        elif name in late and placed.statement.start < late[name].start:
            yield fault(
                placed.statement.args[1].at,
                f'unknown log format "{name}"',
                "define it above its first use",
                first=late[name].at,
            )


def _late_formats(file: File, found: Placing) -> dict[str, Statement]:
    """Formats that are defined in this file only, each with its first definition."""
    first: dict[str, Statement] = {}
    for placed in found.of("log_format"):
        first.setdefault(placed.statement.values[0], placed.statement)
    if not first:
        return {}
    files = definitions(found.known).format_files
    return {name: statement for name, statement in first.items() if files.get(name) == {id(file)}}


def _pools(found: Placing, *, sure: bool) -> Iterator[Fault]:
    made = definitions(found.known)
    for placed in found.of("aio"):
        name = placed.statement.values[0].removeprefix("threads=")
        if placed.statement.values[0].startswith("threads=") and "$" not in name and name not in made.pools:
            yield fault(placed.statement.args[0].at, f'unknown thread pool "{name}"', sure=sure)


def duplicates(file: File, project: Project) -> Iterator[Fault]:
    """Zones, caches, log formats and thread pools that are defined twice in one configuration."""
    found = placing(file, project)
    pools: dict[str, Statement] = {}
    for placed in found.of("thread_pool"):
        name = placed.statement.values[0]
        first = pools.setdefault(name, placed.statement)
        if first is not placed.statement:
            yield fault(placed.statement.at, f'duplicate thread pool "{name}"', first=first.at)
    for context in ("http", "stream"):
        for body in bodies(file, found, context):
            level = found.known.level(body)
            formats: dict[str, Statement] = {}
            for statement in level.get("log_format"):
                if statement.values and not statement.opaque:
                    first = formats.setdefault(statement.values[0], statement)
                    if first is not statement or statement.values[0] == "combined":
                        message = f'duplicate "log_format" name "{statement.values[0]}"'
                        yield fault(statement.at, message, first=first.at)
            zones: dict[str, Statement] = {}
            for definer, mark in _DEFINERS.items():
                if definer in level.directives:
                    for statement in level.directives[definer]:
                        yield from _twice(statement, mark, zones)


def repeated(file: File, project: Project) -> Iterator[Fault]:
    """The same zone limits the same block twice."""
    if file.generated:
        return
    found = placing(file, project)
    seen: dict[tuple[int, str, str], Statement] = {}
    for placed in found.every(("limit_req", "limit_conn")):
        statement = placed.statement
        zones = [value for value in statement.values if value.startswith("zone=")]
        zone = zones[-1].removeprefix("zone=") if zones else statement.values[0]
        block = id(placed.block) if placed.block else 0
        first = seen.setdefault((block, statement.name, zone), statement)
        if first is not statement:
            yield fault(statement.at, f'"{statement.name}" directive is duplicate', first=first.at)


def switched_off(file: File, project: Project) -> Iterator[Fault]:
    """`proxy_redirect off` and its kin beside another directive of the same name."""
    if file.generated:
        return
    found = placing(file, project)
    seen: dict[tuple[int, str], Statement] = {}
    for placed in found.every(_SWITCHED):
        statement = placed.statement
        block = id(placed.block) if placed.block else 0
        first = seen.setdefault((block, statement.name), statement)
        if first is not statement and ("off",) in (first.values, statement.values):
            yield fault(statement.at, f'"{statement.name}" directive is duplicate', first=first.at)


def _twice(statement: Statement, mark: str, zones: dict[str, Statement]) -> Iterator[Fault]:
    if statement.opaque:
        return
    for value in statement.values[1:]:
        if not value.startswith(mark):
            continue
        name = value.removeprefix(mark).partition(":")[0]
        first = zones.setdefault(name, statement)
        if first is statement:
            continue
        if first.name != statement.name:
            message = f'the shared memory zone "{name}" is already declared for a different use'
        elif mark == "zone=":
            message = f'{statement.name} "{name}" is already bound to key "{first.values[0]}"'
        else:
            message = f'duplicate zone "{name}"'
        yield fault(statement.at, message, first=first.at)
