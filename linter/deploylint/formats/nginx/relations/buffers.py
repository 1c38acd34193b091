"""Buffers that do not fit each other (ngx_http_proxy_merge_loc_conf and its kin for FastCGI, uWSGI and SCGI)."""

from collections.abc import Iterator

from deploylint.document import Chain
from deploylint.formats.nginx.configuration import Body
from deploylint.formats.nginx.nodes import File, Statement
from deploylint.formats.nginx.placing import Placing, placing
from deploylint.formats.nginx.relations.scopes import Fault, fault
from deploylint.project import Project
from deploylint.values.errors import InvalidValue
from deploylint.values.sizes import parse_nginx_size

FAMILIES = ("proxy", "fastcgi", "uwsgi", "scgi")
# A page of memory, which is what nginx takes for a buffer when nobody says.
_PAGE = 4096
_SIZES = ("buffer_size", "buffers", "busy_buffers_size", "temp_file_write_size", "max_temp_file_size")
# The directives where `faults` looks.
NAMES = tuple(f"{family}_{size}" for family in FAMILIES for size in _SIZES)


def faults(file: File, project: Project) -> Iterator[Fault]:
    """Checked wherever one of the sizes is set, with what holds there."""
    found = placing(file, project)
    if found.lacks(NAMES):
        return
    for family in FAMILIES:
        judged: set[int] = set()
        for placed in found.every(f"{family}_{size}" for size in _SIZES):
            if placed.context.startswith("stream"):
                continue
            block = id(placed.block) if placed.block else 0
            if block not in judged:
                judged.add(block)
                yield from _judge(family, file, placed.chain, found)


def _judge(family: str, file: File, chain: Chain, found: Placing) -> Iterator[Fault]:
    for around in found.known.places(file, chain):
        sizes = _effective(family, around, found)
        if sizes is None:
            return
        problem = _problem(family, {name: value for name, (value, _) in sizes.items()})
        if problem is not None:
            name, message = problem
            set_by = [sizes[one][1] for one in (name, "buffers", "buffer_size") if one in sizes]
            inside = [
                one for one in set_by if chain is None or one in found.known.level(around[0]).get(one.name)
            ]
            yield fault((inside or set_by)[0].at, message)
        return


_Sizes = dict[str, tuple[tuple[int, ...], Statement]]


def _effective(family: str, around: list[Body], found: Placing) -> _Sizes | None:
    """The sizes that hold in the innermost block; None if one of them is out of sight or no size."""
    sizes: _Sizes = {}
    for body in around:
        level = found.known.level(body)
        for name in _SIZES:
            for statement in level.get(f"{family}_{name}")[:1] if name not in sizes else ():
                values = _values(statement)
                if values is None:
                    return None
                sizes[name] = (values, statement)
        if not level.complete:
            return None
    return sizes


def _values(statement: Statement) -> tuple[int, ...] | None:
    if not statement.values or statement.opaque:
        return None
    try:
        return tuple(parse_nginx_size(value) for value in statement.values)
    except InvalidValue:
        return None


def _problem(family: str, sizes: dict[str, tuple[int, ...]]) -> tuple[str, str] | None:
    number, each = (*sizes.get("buffers", (8, _PAGE)), _PAGE)[:2]
    largest = max(sizes.get("buffer_size", (_PAGE,))[0], each)
    busy = sizes.get("busy_buffers_size", (2 * largest,))[0]
    written = sizes.get("temp_file_write_size", (2 * largest,))[0]
    most = sizes.get("max_temp_file_size", (1 << 30,))[0]
    of_largest = f'the maximum of the value of "{family}_buffer_size" and one of the "{family}_buffers"'
    if number < 2:
        return "buffers", f'there must be at least 2 "{family}_buffers"'
    if busy < largest:
        return (
            "busy_buffers_size",
            f'"{family}_busy_buffers_size" must be equal to or greater than {of_largest}',
        )
    if busy > (number - 1) * each:
        rest = f'must be less than the size of all "{family}_buffers" minus one buffer'
        return "busy_buffers_size", f'"{family}_busy_buffers_size" {rest}'
    if written < largest:
        return (
            "temp_file_write_size",
            f'"{family}_temp_file_write_size" must be equal to or greater than {of_largest}',
        )
    if most and most < largest:
        rest = "must be equal to zero to disable temporary files usage or must be equal to or greater than"
        return "max_temp_file_size", f'"{family}_max_temp_file_size" {rest} {of_largest}'
    return None
