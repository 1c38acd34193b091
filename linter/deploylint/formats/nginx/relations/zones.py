"""Zones, caches, log formats and thread pools that nobody defines, or that are defined twice."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import File, Statement
from deploylint.formats.nginx.placing import Placing, placing, readings
from deploylint.formats.nginx.relations.definitions import definitions
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault, is_closed
from deploylint.formats.nginx.setters.call import Call, Readings
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
    made = definitions(found.known)
    for placed, uses in readings(file, project, _USES):
        for at, definer, name in uses:
            defined = made.zones.get(definer, ()) if definer else made.pools
            if name not in defined:
                message = _UNDEFINED.get(
                    placed.statement.name, f'"{placed.statement.name}" zone "%s" is unknown'
                )
                help_ = f'define it with "{definer}" in http' if definer else None
                sure = is_closed(file, found)
                yield fault(placed.statement.args[at].at, message.replace("%s", name), help_, sure=sure)
    yield from _formats(file, found)


_UNDEFINED = {
    **dict.fromkeys(("limit_req", "limit_conn"), 'zero size shared memory zone "%s"'),
    "aio": 'unknown thread pool "%s"',
}

_Uses = list[tuple[int, str, str]]
"""The argument, the directive that defines what it names (empty for a thread pool), and the name."""


def _limits(call: Call) -> _Uses:
    definer = f"{call.name}_zone"
    if call.name == "limit_conn":
        return [(0, definer, value) for value in call.values[:1] if not value.startswith("zone=")]
    return [
        (at, definer, value.removeprefix("zone="))
        for at, value in enumerate(call.values)
        if value.startswith("zone=")
    ]


def _cache(call: Call) -> _Uses:
    name = call.values[0]
    return [] if name == "off" or "$" in name else [(0, f"{call.name}_path", name)]


def _pool(call: Call) -> _Uses:
    value = call.values[0]
    return (
        [(0, "", value.removeprefix("threads="))] if value.startswith("threads=") and "$" not in value else []
    )


_USES = Readings(
    {**dict.fromkeys(("limit_req", "limit_conn"), _limits), **dict.fromkeys(_CACHES, _cache), "aio": _pool}
)


def _formats(file: File, found: Placing) -> Iterator[Fault]:
    """A format has to be defined before it is used, in the order of the text with its includes."""
    used = [
        placed
        for placed in found.of("access_log")
        if len(placed.statement.values) > 1 and placed.statement.values[0] != "off"
    ]
    if not used:
        return
    made = definitions(found.known)
    late = _late_formats(file, found)
    for placed in used:
        name = placed.statement.values[1]
        if name.lower() not in made.formats:
            yield fault(
                placed.statement.args[1].at,
                f'unknown log format "{name}"',
                'define it with "log_format"',
                sure=is_closed(file, found),
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


def duplicates(file: File, project: Project) -> Iterator[Fault]:
    """Zones, caches, log formats and thread pools that are defined twice in one configuration."""
    found = placing(file, project)
    if not (found.partial or _has_several(found)):
        return
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


def _has_several(found: Placing) -> bool:
    """Whether the file alone may define something twice; nginx itself has the format `combined`."""
    return (
        found.count(*_DEFINERS) > 1
        or found.repeats(("log_format", "thread_pool"))
        or any(placed.statement.values[0] == "combined" for placed in found.of("log_format"))
    )


def repeated(file: File, project: Project) -> Iterator[Fault]:
    """The same zone limits the same block twice."""
    found = placing(file, project)
    if file.generated or not found.repeats(("limit_req", "limit_conn")):
        return
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
    found = placing(file, project)
    if file.generated or not found.repeats(_SWITCHED):
        return
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
