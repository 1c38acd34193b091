"""Variables that nobody defines (ngx_http_variables_init_vars), and definitions of nginx's own."""

from collections.abc import Iterator

from deploylint.formats.nginx.nodes import Entry, File
from deploylint.formats.nginx.placing import Placed, Placing, placing, readings
from deploylint.formats.nginx.relations.definitions import Definitions, definitions, made_by
from deploylint.formats.nginx.relations.scopes import Fault, fault, is_closed
from deploylint.formats.nginx.setters import patterns, variables
from deploylint.formats.nginx.setters.call import Call, Readings, Refused
from deploylint.project import Project
from deploylint.source import Location
from deploylint.vocabulary import nginx as vocabulary


def unknown(file: File, project: Project) -> Iterator[Fault]:
    """Variables that are neither nginx's own nor defined anywhere: names are global, and the order is of no importance."""
    found = placing(file, project)
    made = definitions(found.known)
    if made.open:
        return
    missing = [*_in_directives(file, project, made), *_in_maps(found, made)]
    if not missing:
        return
    closed = is_closed(file, found) and not made.modules
    if file.generated and not closed:
        return
    for name, at, context in missing:
        yield _fault(name, at, context, closed=closed)


_Use = tuple[str, Location, str]
"""A variable, the word that names it, and the context of that."""


def _in_directives(file: File, project: Project, made: Definitions) -> Iterator[_Use]:
    for placed, foreign in readings(file, project, _FOREIGN):
        for argument, name in foreign:
            if name.lower() not in made.variables:
                yield name, placed.statement.args[argument].at, placed.context


def _in_maps(found: Placing, made: Definitions) -> Iterator[_Use]:
    for placed in found.of("map"):
        block = placed.statement
        if block.source.text.find("$", block.head_end, block.end) >= 0:
            yield from _in_map(placed, found, made)


def _in_map(placed: Placed, found: Placing, made: Definitions) -> Iterator[_Use]:
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
                    yield name, word.at, placed.context
        except Refused:
            continue


def _foreign(call: Call) -> list[tuple[int, str]]:
    """The variables that a directive uses and nginx does not bring, with the numbers of the arguments.

    Those before the first thing that nginx does not take.
    """
    stream = call.context.startswith("stream")
    found: list[tuple[int, str]] = []
    try:
        for argument, name in variables.used(call):
            if not vocabulary.is_variable(name.lower(), stream=stream, target=call.pinned):
                found.append((argument, name))
    except Refused:
        pass
    return found


_FOREIGN = Readings(dict.fromkeys(variables.NAMES, _foreign))


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


def redefined(file: File, project: Project) -> Iterator[Fault]:
    """A definition of a variable that is nginx's own and may not be set."""
    if file.generated:
        return
    for placed, names in readings(file, project, _TAKEN):
        for name in names:
            yield fault(placed.statement.at, f'the duplicate "{name}" variable', "nginx sets this one itself")


def _taken(call: Call) -> list[str]:
    """The variables that a directive makes, though nginx has them and lets nobody set them."""
    stream = call.context.startswith("stream")
    return [
        name
        for name in made_by(call.name, call.values)
        if _is_own(name.lower(), call.pinned, stream=stream) and not variables.may_be_set(name)
    ]


_TAKEN = Readings(dict.fromkeys((*variables.MAKERS, *patterns.NAMES), _taken))


def _is_own(name: str, target: vocabulary.Version | None, *, stream: bool) -> bool:
    """Whether it is a variable of nginx by its full name: those by prefix, such as `$http_name`, may be defined."""
    return vocabulary.is_fixed_variable(name, stream=stream, target=target)
