"""Variables that nobody defines (ngx_http_variables_init_vars), and definitions of nginx's own."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import Entry, File
from deploylint.formats.nginx.placing import Placed, Placing, placing
from deploylint.formats.nginx.relations.definitions import Definitions, definitions, variables_of
from deploylint.formats.nginx.relations.scopes import Fault, fault, is_closed
from deploylint.formats.nginx.setters import patterns, variables
from deploylint.formats.nginx.setters.call import Call, Refused
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
    for placed in found.among(_USING):
        for at, name in _used(placed, found):
            yield from _judge(name, at, placed.context, found, made, closed=closed)
    for placed in found.every(("map",)):
        yield from _in_map(placed, found, made, closed=closed)


def _used(placed: Placed, found: Placing) -> Iterator[tuple[Location, str]]:
    statement = placed.statement
    if (
        statement.name != "memcached_pass"
        and "$" not in statement.source.text[statement.start : statement.head_end]
    ):
        return
    call = Call(statement, statement.values, placed.context, placed.chain, found.target or vocabulary.NEWEST)
    try:
        for argument, name in variables.used(call):
            yield statement.args[argument].at, name
    except Refused:
        return


def _judge(
    name: str, at: Location, context: str, found: Placing, made: Definitions, *, closed: bool
) -> Iterator[Fault]:
    stream = context.startswith("stream")
    folded = name.lower()
    if folded in made.variables or vocabulary.is_variable(folded, stream=stream, target=found.target):
        return
    message = f'unknown "{name}" variable'
    since = vocabulary.variable_since(folded, stream=stream)
    if since is not None:
        yield fault(at, message, f"nginx has it since {'.'.join(map(str, since))}")
    elif vocabulary.is_variable(folded, stream=not stream):
        yield fault(at, message, f"nginx has it in {'http' if stream else 'stream'} only")
    else:
        yield fault(at, message, None if closed else "no file at hand defines it", sure=closed)


def _in_map(placed: Placed, found: Placing, made: Definitions, *, closed: bool) -> Iterator[Fault]:
    for entry in getattr(placed.statement, "children", ()):
        if not isinstance(entry, Entry) or len(entry.words) != 2 or entry.opaque or entry.name == "include":
            continue
        word = entry.words[1]
        if "$" not in word.raw:
            continue
        try:
            for name in variables.references(word.value):
                yield from _judge(name, word.at, placed.context, found, made, closed=closed)
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
