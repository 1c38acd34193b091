"""Variables that nobody defines (ngx_http_variables_init_vars), and definitions of nginx's own."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.nginx.nodes import Entry, File
from deploylint.formats.nginx.placing import Placed, Placing, placing
from deploylint.formats.nginx.relations.definitions import Definitions, definitions, variables_of
from deploylint.formats.nginx.relations.scopes import Fault, fault, is_closed
from deploylint.formats.nginx.setters import patterns, variables
from deploylint.formats.nginx.setters.call import Refused, Scope, call
from deploylint.formats.nginx.words import Head
from deploylint.project import Project
from deploylint.source import Location
from deploylint.vocabulary import nginx as vocabulary

_USING = frozenset(variables.NAMES)
_MAKING = variables.MAKERS | frozenset(patterns.NAMES)


def unknown(file: File, project: Project) -> Iterator[Fault]:
    """Variables that are neither nginx's own nor defined anywhere: names are global, and the order is of no importance."""
    found = placing(file, project)
    made = definitions(found.known)
    if made.open:
        return
    closed = is_closed(file, found) and not made.modules
    if file.generated and not closed:
        return
    target = found.target
    for placed in found.among(_USING):
        for argument, name in _foreign(placed.statement.head, placed.scope, target):
            if name.lower() not in made.variables:
                at = placed.statement.args[argument].at
                yield _fault(name, at, placed.context, closed=closed)
    for placed in found.every(("map",)):
        yield from _in_map(placed, found, made, closed=closed)


@lru_cache(maxsize=4096)
def _foreign(head: Head, scope: Scope, target: vocabulary.Version | None) -> tuple[tuple[int, str], ...]:
    """The variables that a directive uses and nginx does not bring, with the numbers of the arguments.

    Those before the first thing that nginx does not take.
    """
    stream = scope.context.startswith("stream")
    found: list[tuple[int, str]] = []
    try:
        for argument, name in variables.used(call(head, scope)):
            if not vocabulary.is_variable(name.lower(), stream=stream, target=target):
                found.append((argument, name))
    except Refused:
        pass
    return tuple(found)


def _is_known(name: str, context: str, found: Placing, made: Definitions) -> bool:
    folded = name.lower()
    return folded in made.variables or vocabulary.is_variable(
        folded, stream=context.startswith("stream"), target=found.target
    )


def _fault(name: str, at: Location, context: str, *, closed: bool) -> Fault:
    stream = context.startswith("stream")
    folded = name.lower()
    message = f'unknown "{name}" variable'
    since = vocabulary.variable_since(folded, stream=stream)
    if since is not None:
        return fault(at, message, f"nginx has it since {'.'.join(map(str, since))}")
    if vocabulary.is_variable(folded, stream=not stream):
        return fault(at, message, f"nginx has it in {'http' if stream else 'stream'} only")
    return fault(at, message, None if closed else "no file at hand defines it", sure=closed)


def _in_map(placed: Placed, found: Placing, made: Definitions, *, closed: bool) -> Iterator[Fault]:
    for entry in getattr(placed.statement, "children", ()):
        if not isinstance(entry, Entry) or "$" not in entry.source.text[entry.start : entry.head_end]:
            continue
        head = entry.head
        if head.count != 2 or head.opaque or head.name == "include":
            continue
        word = entry.words[1]
        try:
            for name in variables.references(head.values[0]):
                if not _is_known(name, placed.context, found, made):
                    yield _fault(name, word.at, placed.context, closed=closed)
        except Refused:
            continue


def redefined(file: File, project: Project) -> Iterator[Fault]:
    """A definition of a variable that is nginx's own and may not be set."""
    if file.generated:
        return
    found = placing(file, project)
    for placed in found.among(_MAKING):
        stream = placed.context.startswith("stream")
        for name in variables_of(placed.statement):
            folded = name.lower()
            if _is_own(folded, found, stream=stream) and not variables.may_be_set(folded):
                yield fault(
                    placed.statement.at, f'the duplicate "{name}" variable', "nginx sets this one itself"
                )


def _is_own(name: str, found: Placing, *, stream: bool) -> bool:
    """Whether it is a variable of nginx by its full name: those by prefix, such as `$http_name`, may be defined."""
    return vocabulary.is_fixed_variable(name, stream=stream, target=found.target)
