"""The process of a compose service."""

import posixpath

from deploylint.dataclass import dataclass, replace
from deploylint.document import Document
from deploylint.facts import (
    Environment,
    Known,
    Namespace,
    Process,
    Reference,
    Supervision,
    SupervisorKind,
    Unknown,
    Unresolved,
    Value,
)
from deploylint.formats.command_line.lines import read
from deploylint.formats.compose.images import Build
from deploylint.formats.compose.interpolation import placed, text_value, word
from deploylint.formats.compose.keys import TRUE, items, text, values
from deploylint.formats.compose.nodes import Mapping, Node, Scalar, Sequence, resolved
from deploylint.formats.compose.projects import Project, folder_of, joined
from deploylint.formats.compose.settings import Settings
from deploylint.formats.dockerfile.image import official_name
from deploylint.formats.dockerfile.processes import (
    directory as image_directory,
)
from deploylint.formats.dockerfile.processes import (
    directory_text,
)
from deploylint.formats.dockerfile.processes import (
    user as image_user,
)
from deploylint.known_texts import KnownTexts
from deploylint.processes import StatedProcess
from deploylint.source import Location, Source, Span
from deploylint.values.durations import parse_compose_duration
from deploylint.values.env_file import EnvDialect, parse_env_file
from deploylint.values.errors import InvalidValue
from deploylint.values.words import Word, locator, split_shlex

_DEFAULT = "compose default"
# What holds for most services, each once.
_DIRECTORY, _USER, _GROUP, _SIGNAL = (
    Unknown(f"the image's {what}") for what in ("directory", "user", "group", "stop signal")
)
_NEVER, _TERM = (Known(word, why=_DEFAULT, default=True) for word in ("no", "TERM"))
_TEN_SECONDS = Known(10.0, why=_DEFAULT, default=True)
_ONE = Known(1, default=True)
_KILLS_GROUP = Known(value=True, why="the container ends with its processes")
_NGINX = ("nginx", "-g", "daemon off;")
"""CMD of the official image (github.com/nginx/docker-nginx, Dockerfile-debian.template)."""


@dataclass(frozen=True, slots=True)
class Started:
    """The words of a command, the document and place they are written in."""

    words: list[Word]
    document: Document
    at: Location


def process(
    settings: Settings, namespace: Namespace, build: Build, project: Project, environment: Environment
) -> Process:
    """What the service runs; without invocation when that is the image's secret."""
    started = _started(settings, build, project)
    directory = _directory(settings, build, project)
    user, group = _user(settings, build, project)
    return StatedProcess(
        name=f"service {settings.name}",
        document=started.document,
        at=started.at,
        supervision=_supervision(settings, build, project),
        invocation=read(
            started.words,
            directory=directory_text(directory),
            environment=KnownTexts(environment.variables),
        ),
        directory=directory,
        user=user,
        group=group,
        environment=environment,
        namespace=namespace,
        instances=instances(settings, project),
    )


def started_in(settings: Settings, build: Build, project: Project) -> Document:
    """The document that the command is written in."""
    nodes = (settings.last("entrypoint"), settings.last("command"))
    written = [node for node in nodes if isinstance(node, (Sequence, Scalar))]
    if len(written) == 1:
        return owner(written[0].source, settings, project)
    return _started(settings, build, project).document


def _started(settings: Settings, build: Build, project: Project) -> Started:
    """entrypoint + command; an entrypoint of compose drops the image's command (compose-spec, services.entrypoint)."""
    entrypoint = _command(settings.last("entrypoint"), settings, project)
    command = _command(settings.last("command"), settings, project)
    made = build.made
    if entrypoint is not None and command is not None and command.words:
        return replace(command, words=[*_in_front(entrypoint, command), *command.words])
    if entrypoint is not None:
        return entrypoint
    if command is not None and made is not None:
        inner = Started(made.entrypoint or [], build.document or command.document, build.at)
        return replace(command, words=[*_in_front(inner, command), *command.words])
    if command is not None:
        # Options alone are for an entrypoint that only the image knows.
        options = not command.words or command.words[0].prefix.startswith("-")
        return replace(command, words=[]) if options else command
    here = Started([], owner(build.at.source, settings, project), build.at)
    if made is not None and made.started_by is not None and build.document is not None:
        words = [*(made.entrypoint or []), *(made.command or [])]
        if build.recognised:
            return Started(words, build.document, made.started_by.value_at)
        return replace(here, words=[placed(each, build.at.span) for each in words])
    untouched = made is not None and made.entrypoint is None and made.command is None
    name = made.base if made is not None and untouched else build.name
    if name is not None and official_name(name) == "nginx":
        return replace(here, words=[Word(each, build.at.span) for each in _NGINX])
    return here


def _in_front(entrypoint: Started, command: Started) -> list[Word]:
    """The words of an entrypoint in front of a command; what stands in another file is placed where the command begins."""
    if entrypoint.document.source is command.document.source:
        return entrypoint.words
    start = command.at.span.start
    return [placed(each, Span(start, start)) for each in entrypoint.words]


def owner(source: Source, settings: Settings, project: Project) -> Document:
    """The document that a node of the project is written in."""
    return project.library.get(source.path) or settings.document


def _command(node: Node | None, settings: Settings, project: Project) -> Started | None:
    """A list holds the exact words, a string is split as by a shell; an empty one clears the image's."""
    if node is None:
        return None
    document = owner(node.source, settings, project)
    environment = project.environment
    if isinstance(node, Sequence):
        scalars = [item for item in (resolved(each) for each in node.items) if isinstance(item, Scalar)]
        words = [word(item, environment) for item in scalars]
        at = (
            node.source.location(words[0].span.start, max(each.span.end for each in words))
            if words
            else node.at
        )
        if any(item.source is not node.source or item.start < node.start for item in scalars):
            at = node.at
        return Started(words, document, at)
    if not isinstance(node, Scalar):
        return None
    whole = word(node, environment)
    locate = locator(whole)
    try:
        words = [each.moved(locate) for each in split_shlex(whole.value)]
    except InvalidValue:
        words = [replace(whole, opaque=True)]
    return Started(words, document, node.inner_at)


def _directory(settings: Settings, build: Build, project: Project) -> Value[str | None]:
    written = text_value(settings.last("working_dir"), project.environment)
    if isinstance(written, Known):
        return Known(written.value, written.at, written.why)
    if written is not None:
        return written
    return image_directory(build.made) if build.made else _DIRECTORY


def _user(settings: Settings, build: Build, project: Project) -> tuple[Value[str | None], Value[str | None]]:
    written = text_value(settings.last("user"), project.environment)
    if isinstance(written, Unknown):
        return written, written
    if isinstance(written, Known):
        name, _, group = written.value.partition(":")
        return Known(name, written.at, written.why), Known(group or None, written.at, default=not group)
    return (image_user(build.made) if build.made else _USER), _GROUP


def _supervision(settings: Settings, build: Build, project: Project) -> Supervision:
    environment = project.environment
    restart = text_value(settings.last("restart"), environment)
    if restart is None:
        deploy = settings.last("deploy")
        policy = isinstance(deploy, Mapping) and deploy.get("restart_policy") is not None
        restart = Unknown("deploy.restart_policy") if policy else _NEVER
    signal = text_value(settings.last("stop_signal"), environment)
    if isinstance(signal, Known):
        signal = Known(signal.value.removeprefix("SIG"), signal.at, signal.why)
    if signal is None and build.made is not None:
        signal = build.made.stop_signal or _TERM
    return Supervision(
        SupervisorKind.COMPOSE,
        restart=restart,
        stop_timeout=_grace(text_value(settings.last("stop_grace_period"), environment)),
        stop_signal=signal or _SIGNAL,
        kills_group=_KILLS_GROUP,
    )


def _grace(written: Value[str] | None) -> Value[float]:
    if written is None:
        return _TEN_SECONDS
    if isinstance(written, Unknown):
        return written
    try:
        return Known(parse_compose_duration(written.value), written.at, written.why)
    except InvalidValue as error:
        return Unknown(error.message, written.at)


def instances(settings: Settings, project: Project) -> Value[int]:
    """How many containers of the service there are."""
    deploy = settings.last("deploy")
    node = deploy.get("replicas") if isinstance(deploy, Mapping) else None
    written = text_value(node or settings.last("scale"), project.environment)
    if written is None:
        return _ONE
    if isinstance(written, Known):
        count = written.value
        return (
            Known(int(count), written.at)
            if count.isdecimal() and len(count) < 6
            else Unknown("no number", written.at)
        )
    return written


def _from_its_file(path: str, node: Node, project: Project) -> str:
    """The path as it would be written if it were relative to the file that it stands in."""
    folder, base = folder_of(node.source.path), project.base_of(node)
    return path if folder == base or path[:1] in {"/", "~"} else posixpath.relpath(joined(base, path), folder)


def environment_of(
    settings: Settings, build: Build, project: Project
) -> tuple[Environment, list[Unresolved | Reference]]:
    """Variables of the image, of env files and of `environment`, in this order; and the env files, there or not."""
    variables: dict[str, Value[str]] = dict(build.made.environment) if build.made else {}
    complete = build.made is not None and build.made.is_plain
    outside = ""
    named: list[Unresolved | Reference] = []
    for node in items(settings.all("env_file")):
        path_node = node.get("path") if isinstance(node, Mapping) else node
        path = text(path_node, project.environment)
        source = (
            None
            if path is None or path_node is None
            else project.library.tree.read(joined(project.base_of(path_node), path))
        )
        if source is not None and path_node is not None:
            variables |= _file_variables(source.path, source.text, path_node)
            named.append(Reference(settings.document, source.path, "environment", path_node.at))
            continue
        complete, outside = False, path or "env_file"
        required = not (
            isinstance(node, Mapping)
            and (text(node.get("required"), project.environment) or "true") not in TRUE
        )
        if path is not None and required and path_node is not None:
            path = _from_its_file(path, path_node, project)
            named.append(Unresolved(settings.document, path, "compose env_file", path_node.at))
    variables |= values(settings.all("environment"), project.environment)
    return Environment(variables, complete, outside), named


def _file_variables(path: str, written: str, node: Node | None) -> dict[str, Value[str]]:
    at = None if node is None else node.at
    return {
        entry.name: Unknown("depends on other variables", at)
        if entry.value is None
        else Known(entry.value, at, f"{entry.name} in {path.rpartition('/')[2]}")
        for entry in parse_env_file(written, EnvDialect.COMPOSE).entries
    }
