"""Processes that start a shell script of the repository: what the script starts in the end."""

import posixpath
from collections.abc import Collection, Iterator

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import HOST, Known, Namespace, Process
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.command_line.scripts import Command
from deploylint.known_texts import KnownTexts
from deploylint.model.configurations import named
from deploylint.model.links import Deployment
from deploylint.model.places import MOST_READERS, Map
from deploylint.typed import TYPE_CHECKING
from deploylint.values.words import Word

if TYPE_CHECKING:
    from deploylint.formats.shell import ShellScript

_MOST_STARTED = 64


def started_by_script(process: Process, deployment: Deployment, places: Map) -> Iterator[Process]:
    """The process itself, or what the script that it runs starts.

    A script that is not in the repository, that starts nothing certain, or more than anybody writes into one, leaves the
    process as it is.
    """
    script = _script(process, deployment, places)
    found = False
    if script is not None and len(script.invocations) <= _MOST_STARTED:
        passed = _passed_on(process, script)
        if passed is not None:
            found = True
            yield replace(process.whole, invocation=passed)
        for invocation in script.invocations:
            if invocation.wrapping.conditional or (
                passed is not None and _is_arguments(invocation.executable, script)
            ):
                continue
            span = invocation.span
            found = True
            yield replace(
                process.whole,
                invocation=invocation,
                document=script,
                at=script.source.location(span.start, span.end),
            )
    if not found:
        yield process


def _is_arguments(word: Word, script: "ShellScript") -> bool:
    """Whether a word stands for all of the script's own arguments."""
    return script.source.text[word.span.start : word.span.end].strip("\"'") in {"$@", "${@}", "$*"}


def _passed_on(process: Process, script: "ShellScript") -> Invocation | None:
    """What the script starts by `exec "$@"`, as entry points do; None where it does not, or may have changed them."""
    outer, commands = process.invocation, script.script.commands
    starting = any(
        not command.conditional
        and command.words
        and _is_arguments(command.words[-1], script)
        and command.name in ("exec", "")
        for command in commands
    )
    if not starting or outer is None or any(_changes_arguments(command) for command in commands):
        return None
    name = outer.script or outer.executable
    place = next((at for at, word in enumerate(outer.words) if word is name), None)
    if place is None:
        return None
    from deploylint.formats.command_line.lines import read  # noqa: PLC0415  only where a script passes on

    known = KnownTexts(process.environment.variables)
    directory = process.directory.value if isinstance(process.directory, Known) else None
    return read(outer.words[place + 1 :], directory=directory, environment=known)


def _changes_arguments(command: Command) -> bool:
    """`shift`, and `set` with anything but options: `set -- web "$@"`."""
    if command.name == "set":
        return any(
            word.known is None or word.value[:1] not in ("-", "+") or word.value == "--"
            for word in command.words[1:]
        )
    return command.name == "shift"


def read_in_images(deployment: Deployment) -> dict[Document, tuple[Namespace, ...]]:
    """Files that an image's supervisord and the programs under it read, and the containers that do.

    Such images hold everything: nginx in them reads the deployment's nginx files, unless another
    process of the deployment is nginx, too.
    """
    if not deployment.documents_in("supervisor"):
        return {}
    found: dict[Document, list[Namespace]] = {}
    for process in deployment.every(Process):
        if process.namespace.is_host:
            continue
        for document in _supervisor_files(process, deployment):
            found.setdefault(document, []).append(process.namespace)
    homes = {namespace: None for namespaces in found.values() for namespace in namespaces}
    if len(homes) == 1 and _are_all_in(found, deployment):
        for document in deployment.documents_in("nginx"):
            if deployment.namespaces_of(document) == (HOST,):
                found[document] = list(homes)
    return {document: tuple(namespaces[:MOST_READERS]) for document, namespaces in found.items()}


def _supervisor_files(process: Process, deployment: Deployment) -> Iterator[Document]:
    for started in started_by_script(process, deployment, deployment.places):
        invocation = started.invocation if started.kind is Kind.SUPERVISORD else None
        if invocation is None or not invocation.config_files:
            continue
        word = invocation.config_files[-1]
        config, document = named(word, started, deployment, "supervisor")
        if document is not None and not config.elsewhere:
            yield document


def _are_all_in(found: Collection[Document], deployment: Deployment) -> bool:
    """Whether there are processes of nginx, and all of them stand in these files."""
    servers = [process for process in deployment.every(Process) if process.kind is Kind.NGINX]
    return bool(servers) and all(process.document in found for process in servers)


def _script(process: Process, deployment: Deployment, places: Map) -> "ShellScript | None":
    invocation = process.invocation if process.kind in (Kind.SHELL, Kind.OTHER) else None
    if invocation is None:
        return None
    word: Word = invocation.script or invocation.executable
    if word.known is None:
        return None
    path = word.known
    if "/" not in path and path.endswith(".sh"):
        return _beside(path, process, deployment)
    if not path.startswith("/"):
        match process.directory:
            case Known(value=str() as directory):
                path = f"{directory.rstrip('/')}/{path.removeprefix('./')}"
            case _:
                return None
    return _script_at(places.file(path, process.namespace), deployment)


def _beside(name: str, process: Process, deployment: Deployment) -> "ShellScript | None":
    """The script that a bare name means, which an image has in its PATH: the only one below what the image is built from."""
    service = deployment.networks.services.get(process.namespace)
    folder = service.build if service is not None and service.build is not None else None
    if folder is None:
        folder = posixpath.dirname(process.document.path) or "."
    named_so = deployment.tree.named(name, folder)
    beside = [path for path in named_so if posixpath.dirname(path) == ("" if folder == "." else folder)]
    paths = beside or named_so
    if len(paths) != 1 or process.namespace.is_host:
        return None
    return _script_at(paths[0], deployment)


def _script_at(path: str | None, deployment: Deployment) -> "ShellScript | None":
    script: ShellScript | None = deployment.document_at(path, "shell")
    return script
