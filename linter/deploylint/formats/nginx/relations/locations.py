"""The same location twice, `root` and `alias` side by side (ngx_http_core_module.c)."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.nginx.nodes import Block, File
from deploylint.formats.nginx.placing import placing
from deploylint.formats.nginx.relations.scopes import Fault, bodies, fault
from deploylint.formats.nginx.setters.locations import matcher, matcher_of
from deploylint.project import Project


def duplicates(file: File, project: Project) -> Iterator[Fault]:
    """Two locations of one server that nginx compares as equal: regular expressions are not compared.

    `/a` and `^~ /a` are the same, `= /a` is another one. Of named locations the first one wins without a word.
    """
    found = placing(file, project)
    for context in ("server", "location"):
        for body in bodies(file, found, context):
            written = found.known.level(body).get("location")
            if len(written) < 2:
                continue
            seen: dict[tuple[str, str], Block] = {}
            for statement in written:
                if not isinstance(statement, Block) or statement.head.opaque:
                    continue
                key = _key(statement.head.values)
                if key is None:
                    continue
                first = seen.setdefault(key, statement)
                if first is not statement:
                    yield fault(
                        statement.header,
                        f'duplicate location "{key[1]}"',
                        "put both into one block",
                        first=first.header,
                    )


@lru_cache(maxsize=1024)
def _key(values: tuple[str, ...]) -> tuple[str, str] | None:
    """What two locations have in common that nginx compares as equal."""
    own = matcher_of(values)
    if own is None or own.is_regex or own.modifier == "@":
        return None
    return "" if own.modifier == "^~" else own.modifier, own.name


def roots(file: File, project: Project) -> Iterator[Fault]:
    """`root` after `alias` or the other way round, `alias` in a named location, `$document_root` in either."""
    if file.generated:
        return
    found = placing(file, project)
    if not found.count("alias") and "_root" not in file.source.text:
        return
    seen: dict[int, tuple[str, Block | object]] = {}
    placed = sorted(found.every(("root", "alias")), key=lambda one: one.statement.start)
    for one in placed:
        statement = one.statement
        block = one.block
        earlier = seen.setdefault(id(block), (statement.name, statement))
        if earlier[0] != statement.name:
            message = (
                f'"{statement.name}" directive is duplicate, "{earlier[0]}" directive was specified earlier'
            )
            yield fault(statement.at, message, "a location has either a root or an alias")
        elif statement.name == "alias" and block is not None and _is_named(block):
            yield fault(statement.at, 'the "alias" directive cannot be used inside the named location')
        else:
            for variable in ("document_root", "realpath_root"):
                if f"${variable}" in statement.values[0] or f"${{{variable}}}" in statement.values[0]:
                    message = f'the ${variable} variable cannot be used in the "{statement.name}" directive'
                    yield fault(statement.args[0].at, message, "it is what this directive sets")
                    break


def _is_named(block: Block) -> bool:
    own = matcher(block) if block.name == "location" else None
    return own is not None and own.modifier == "@"
