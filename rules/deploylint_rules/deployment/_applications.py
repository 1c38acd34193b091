"""The modules of the project that a server is told to load."""

import posixpath

from deploylint.facts import Known
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer, Deployment
from deploylint.model.telling import PARTS

DEFAULT_ATTRIBUTE = {Kind.GUNICORN: "application", Kind.UWSGI: "application"}


def modules_of(deployment: Deployment, dotted: str) -> list[str]:
    """The files of the project that the module may be."""
    ending = dotted.replace(".", "/")
    return [
        path
        for wanted in (f"{ending}.py", f"{ending}/__init__.py")
        for path in deployment.tree.named(wanted.rpartition("/")[2], deployment.folder)
        if path == wanted or path.endswith("/" + wanted)
    ]


def base_of(path: str, ending: str) -> str:
    """The folder that a module's file is imported from."""
    return path.removesuffix("/__init__.py").removesuffix(".py").removesuffix(ending).rstrip("/") or "."


def is_imported_from(folder: str, server: AppServer, deployment: Deployment) -> bool:
    """Whether the server may start in a folder: the deployment's own, or one that is called like its directory.

    A module of that name in any other folder belongs to another program.
    """
    name = posixpath.basename(folder)
    match server.process.directory:
        case Known(value=str() as directory) if posixpath.basename(directory.rstrip("/")) == name:
            return True
        case _:
            return folder == deployment.folder or name.lower() in PARTS
