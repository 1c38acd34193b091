"""Command lines, wherever they stand: options of servers; configuration files and applications that they name."""

from collections.abc import Iterator

from deploylint.facts import Process
from deploylint.formats.command_line.invocation import AppTarget, Invocation, Kind, Option
from deploylint.formats.python import describe, find_module
from deploylint.language_server.languages import Choice, Choices, Place, Told, code, gunicorn, uwsgi
from deploylint.language_server.languages import Kind as ChoiceKind
from deploylint.model.configurations import named
from deploylint.model.links import AppServer, Deployment
from deploylint.source import Location, Span
from deploylint.vocabulary import gunicorn as gunicorn_vocabulary
from deploylint.vocabulary import servers
from deploylint.vocabulary import uwsgi as uwsgi_vocabulary

# Whose `-c` names a file of a format.
_CONFIGURED = {
    Kind.NGINX: "nginx",
    Kind.SUPERVISORD: "supervisor",
    Kind.GUNICORN: "gunicorn",
    Kind.UWSGI: "uwsgi",
}


def hover(place: Place) -> Told | None:
    """An option of a server."""
    found = _invocation(place)
    if found is None:
        return None
    _, invocation = found
    for option in invocation.options:
        span = Span(option.span.start, option.span.start + len(option.flag))
        if span.start <= place.offset <= span.end:
            return _told(place, invocation, option, span)
    return None


def _told(place: Place, invocation: Invocation, option: Option, span: Span) -> Told | None:
    if invocation.kind is Kind.GUNICORN:
        return gunicorn.told(span, option.name, place.version("gunicorn"))
    if invocation.kind is Kind.UWSGI:
        return uwsgi.told(span, option.name)
    known = servers.option(invocation.kind.value, option.flag)
    if known is None:
        return None
    facts = {"of": invocation.kind.value, "flags": ", ".join((*known.flags, *known.negations))}
    facts["value"] = (", ".join(known.choices) or "needed") if known.takes_value else "none"
    if known.default is not None:
        facts["default"] = code(str(known.default))
    return Told(span, option.flag, facts)


def choices(place: Place) -> Choices | None:
    """The long options of the server whose command line it is."""
    span = place.word(r"[\w-]")
    if not place.text(span).startswith("-"):
        return None
    found = _invocation(place)
    flags = _flags(found[1].kind) if found else ()
    return Choices(span, [Choice(flag, ChoiceKind.KEY) for flag in flags]) if flags else None


def _flags(kind: Kind) -> list[str]:
    if kind is Kind.GUNICORN:
        known = (gunicorn_vocabulary.setting(name) for name in gunicorn_vocabulary.settings())
        flags = [flag for one in known if one is not None and one.removed is None for flag in one.flags]
    elif kind is Kind.UWSGI:
        flags = [f"--{name}" for name in uwsgi_vocabulary.names()]
    else:
        flags = [flag for one in servers.options(kind.value) for flag in (*one.flags, *one.negations)]
    return sorted(flag for flag in flags if flag.startswith("--"))


def definitions(place: Place) -> Iterator[Location]:
    """The file behind `-c`, the application's module, with the line of its name."""
    for deployment in place.project.deployments:
        for server in deployment.servers:
            config = server.config
            if config is not None and config.explicit and config.path and place.is_in(config.at):
                yield from _file(place, config.path)
            if server.target is not None and server.target_at is not None and place.is_in(server.target_at):
                yield from _application(server, server.target, deployment)
    found = _invocation(place)
    if found is not None:
        yield from _configuration(place, *found)


def _configuration(place: Place, process: Process, invocation: Invocation) -> Iterator[Location]:
    """What a program reads that is no application server."""
    format_name = _CONFIGURED.get(invocation.kind)
    for word in invocation.config_files:
        if format_name and word.span.start <= place.offset <= word.span.end:
            deployment = place.project.deployment_of(process.document)
            config, _ = named(word, process, deployment, format_name)
            if config.path:
                yield from _file(place, config.path)


def _application(server: AppServer, target: AppTarget, deployment: Deployment) -> Iterator[Location]:
    path = target.file
    if target.module is not None:
        path = find_module(deployment.tree, _folders(server, deployment), target.module)
    source = deployment.tree.read(path) if path else None
    if source is None:
        return
    name = (target.attribute or "application").partition(".")[0]
    module = describe(source)
    yield module.place_of(name) if name in module.names else source.location(0, 0)


def _folders(server: AppServer, deployment: Deployment) -> Iterator[str]:
    """Where Python may find the application: the folder of the process, those of the project that hold the file."""
    directory = getattr(server.process.directory, "value", None)
    if isinstance(directory, str):
        yield from deployment.places.folders(directory, server.process.namespace)
    yield deployment.folder
    yield "."
    module = (server.target.module if server.target else "") or ""
    inside = module.replace(".", "/")
    for ending in (f"{inside}.py", f"{inside}/__init__.py"):
        for path in deployment.tree.named(ending.rpartition("/")[2]):
            if path == ending or path.endswith(f"/{ending}"):
                yield path[: -len(ending)].rstrip("/") or "."


def _file(place: Place, path: str) -> Iterator[Location]:
    source = place.project.tree.read(path)
    if source is not None:
        yield source.location(0, 0)


def _invocation(place: Place) -> tuple[Process, Invocation] | None:
    """The process whose command line the place is in, with what it starts."""
    for process in place.project.every(Process):
        invocation = process.invocation
        if process.document is place.document and invocation is not None:
            span = Span(process.at.span.start, max(process.at.span.end, invocation.span.end))
            if span.start <= place.offset <= span.end:
                return process, invocation
    return None
