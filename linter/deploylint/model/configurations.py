"""Which configuration document a command names, among those of the deployment."""

import posixpath

from deploylint.document import Document
from deploylint.facts import HOST, Known, Namespace, Process, Supervision, SupervisorKind
from deploylint.model.links import ConfigFile, Deployment
from deploylint.processes import StatedProcess
from deploylint.source import Location
from deploylint.typed import Any
from deploylint.values.words import Word


def named(
    word: Word,
    process: Process,
    deployment: Deployment,
    format: str,  # noqa: A002
    *,
    at: Location | None = None,
) -> tuple[ConfigFile, Any]:
    """The file that a word of the command (or of the text at `at`) names, and its document of that format if the deployment has it."""
    at = at or process.document.source.location(word.span.start, word.span.end)
    written = word.known
    if written is None:
        path = _known_end(word)
        candidates = deployment.places.by_ending(path) if path else []
        mapped = candidates[0] if len(candidates) == 1 else None
    else:
        path = absolute(written, process)
        mapped = deployment.places.file(path, process.namespace)
    document = deployment.document_at(mapped, format)
    if document is None and mapped not in deployment.tree.files:
        mapped = None
    elsewhere = (
        mapped is not None
        and not deployment.places.is_exact(path, process.namespace)
        and _is_elsewhere(path, mapped, process, deployment)
    )
    return ConfigFile(word.value, mapped, document, at, explicit=True, elsewhere=elsewhere), document


def _known_end(word: Word) -> str:
    """What follows the last unknown part of a path, from its first slash on: `/deploy/x.py` of `$HOME/deploy/x.py`."""
    text = ""
    for piece in word.parts:
        text = "" if piece.opaque else text + piece.value
    _, slash, rest = text.partition("/")
    return slash + rest


def _is_elsewhere(path: str, mapped: str, process: Process, deployment: Deployment) -> bool:
    """Whether the command looks for the file in a folder beside the one that holds it, which does not exist.

    `/srv/app/deployment/x.py` of a process in `/srv/app`, where the project has `deploy/x.py` and no
    `deployment`. A path outside of the process's folder may be anywhere the file gets installed.
    """
    match process.directory:
        case Known(value=str() as directory) if path.startswith(directory.rstrip("/") + "/"):
            inside = path[len(directory.rstrip("/")) + 1 :]
        case _:
            return False
    folder, found = posixpath.dirname(inside), posixpath.dirname(mapped) or "."
    base = deployment.folder + "/"
    # Mostly below it, and then the working folder has no say.
    found = found[len(base) :] if found.startswith(base) else posixpath.relpath(found, deployment.folder)
    if not folder or found in (".", folder) or posixpath.dirname(folder) != posixpath.dirname(found):
        return False
    return not any(
        known == folder or known.endswith("/" + folder)
        for known in deployment.tree.folders_named(posixpath.basename(folder), deployment.folder)
    )


def absolute(path: str, process: Process) -> str:
    """A path as the process sees it, joined to its folder where that is known."""
    match process.directory:
        case Known(value=str() as directory) if not path.startswith("/"):
            return posixpath.normpath(posixpath.join(directory, path))
        case _:
            return posixpath.normpath(path)


def loaded_by_nobody(deployment: Deployment, format: str) -> list[Any]:  # noqa: A002
    """Documents of a format that no server of the deployment is known to load."""
    loaded = {id(server.config.document) for server in deployment.servers if server.config}
    return [d for d in deployment.documents_in(format) if id(d) not in loaded]


def unstarted(document: Document, at: Location, deployment: Deployment) -> Process:
    """The process of a configuration that nobody is seen to load, which somebody starts by hand."""
    return StatedProcess(
        document.path,
        document,
        at,
        Supervision(SupervisorKind.SCRIPT),
        None,
        namespace=_home_of_unstarted(document, deployment),
    )


def _home_of_unstarted(document: Document, deployment: Deployment) -> Namespace:
    """Where it would run: a path that says docker means a container."""
    (home, *_) = deployment.namespaces_of(document)
    if home == HOST and "docker" in document.path.lower():
        folder, _, name = document.path.rpartition("/")
        return Namespace(folder or ".", name)
    return home
