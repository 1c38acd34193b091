"""The environment variables that an application cannot start without."""

import posixpath
from collections.abc import Mapping

from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.python import describe
from deploylint.model import Deployment
from deploylint.model.variants import is_development, is_example

_APPLICATIONS = {
    Kind.GUNICORN,
    Kind.UWSGI,
    Kind.UVICORN,
    Kind.HYPERCORN,
    Kind.DAPHNE,
    Kind.CELERY_WORKER,
    Kind.CELERY_BEAT,
    Kind.RQ_WORKER,
}
# Modules that every process of an application imports.
_COMMON = ("settings", "config")


def is_application(process: Process) -> bool:
    """Whether a process imports the application's settings."""
    return (
        process.invocation is not None
        and process.invocation.kind in _APPLICATIONS
        and not is_example(process.document.path)
    )


def needed(deployment: Deployment) -> Mapping[str, str]:
    """Variables that the settings fail without, each with the file; none when something loads env files by itself."""
    found: dict[str, str] = {}
    for path in deployment.tree.below(deployment.folder):
        if not path.endswith(".py"):
            continue
        source = deployment.tree.read(path)
        if source is None or "dotenv" in source.text or "environ.Env" in source.text:
            return {}
        parts = path.removesuffix(".py").split("/")
        if not any(part in _COMMON for part in parts[-2:]) or is_development(posixpath.basename(path)):
            continue
        for name, required in describe(source).variables.items():
            if required:
                found.setdefault(name, path)
    return found
