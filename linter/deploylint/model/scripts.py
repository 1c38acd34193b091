"""Processes that start a shell script of the repository: what the script starts in the end."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deploylint.dataclass import replace
from deploylint.document import Document
from deploylint.facts import HOST, Known, Namespace, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model.configurations import named
from deploylint.model.links import Deployment
from deploylint.model.places import Map
from deploylint.values.words import Word

if TYPE_CHECKING:
    from deploylint.formats.shell import ShellScript


def started_by_script(process: Process, deployment: Deployment, places: Map) -> Iterator[Process]:
    """The process itself, or what the script that it runs starts.

    A script that is not in the repository, or that starts nothing certain, leaves the process as it is.
    """
    script = _script(process, deployment, places)
    found = False
    if script is not None:
        for invocation in script.invocations:
            if invocation.wrapping.conditional:
                continue
            span = invocation.span
            found = True
            yield replace(
                process,
                invocation=invocation,
                document=script,
                at=script.source.location(span.start, span.end),
            )
    if not found:
        yield process


def read_in_images(deployment: Deployment) -> dict[Document, tuple[Namespace, ...]]:
    """Files that an image's supervisord and the programs under it read, and the containers that do.

    Such images hold everything: nginx in them reads the deployment's nginx files, unless another
    process of the deployment is nginx, too.
    """
    found: dict[Document, list[Namespace]] = {}
    for process in deployment.every(Process):
        if process.namespace == HOST:
            continue
        for document in _supervisor_files(process, deployment):
            found.setdefault(document, []).append(process.namespace)
    homes = {namespace: None for namespaces in found.values() for namespace in namespaces}
    servers = [process for process in deployment.every(Process) if _is_nginx(process)]
    if len(homes) == 1 and servers and all(process.document in found for process in servers):
        for document in deployment.documents_in("nginx"):
            if deployment.namespaces_of(document) == (HOST,):
                found[document] = list(homes)
    return {document: tuple(namespaces) for document, namespaces in found.items()}


def _supervisor_files(process: Process, deployment: Deployment) -> Iterator[Document]:
    for started in started_by_script(process, deployment, deployment.places):
        invocation = started.invocation
        if invocation is None or invocation.kind is not Kind.SUPERVISORD or not invocation.config_files:
            continue
        word = invocation.config_files[-1]
        config, document = named(word, started, deployment, "supervisor")
        if document is not None and not config.elsewhere:
            yield document


def _is_nginx(process: Process) -> bool:
    return process.invocation is not None and process.invocation.kind is Kind.NGINX


def _script(process: Process, deployment: Deployment, places: Map) -> "ShellScript | None":
    invocation = process.invocation
    if invocation is None or invocation.kind not in (Kind.SHELL, Kind.OTHER):
        return None
    word: Word = invocation.script or invocation.executable
    if word.known is None:
        return None
    path = word.known
    if not path.startswith("/"):
        match process.directory:
            case Known(value=str() as directory):
                path = f"{directory.rstrip('/')}/{path.removeprefix('./')}"
            case _:
                return None
    mapped = places.file(path, process.namespace)
    return next((d for d in deployment.documents_in("shell") if d.path == mapped), None)
