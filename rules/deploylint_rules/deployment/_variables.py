"""The environment variables that an application cannot start without."""

import posixpath
from collections.abc import Mapping

from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.python import describe
from deploylint.model import Deployment
from deploylint.model.variants import is_development, is_example
from deploylint.pattern import pattern
from deploylint.source import Source

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
# These take variables from a file, a folder or a vault before they start the program.
_BRINGING = frozenset(
    {
        "aws-vault", "berglas", "chamber", "doppler", "dotenv", "dotenvx", "envconsul", "envdir", "infisical",
        "op", "pipenv", "s6-envdir", "teller", "vault-env", "with-contenv",
    }
)  # fmt: skip
_SOURCING = pattern(r"""(?:^|[\s;&|("'])(?:\.|source|export|eval)\s""")
# Modules that every process of an application imports.
_COMMON = ("settings", "config")


def is_application(process: Process) -> bool:
    """Whether a process imports the application's settings."""
    return process.kind in _APPLICATIONS and not is_example(process.document.path)


def may_get_more(process: Process) -> bool:
    """Whether the command line itself gives the program variables that are not all known."""
    if process.invocation is None:
        return True
    wrapping, span = process.invocation.wrapping, process.at.span
    if wrapping.assignments or not _BRINGING.isdisjoint(wrapping.wrappers):
        return True
    text = process.at.source.text[span.start : span.end]
    return "--env-file" in text or (wrapping.shell and _SOURCING.search(text) is not None)


def is_given(name: str, process: Process, deployment: Deployment) -> bool:
    """Whether the process gets a variable or may get it, also from the server itself: gunicorn's raw_env, uWSGI's env.

    In lower case, too, since pydantic-settings asks for either.
    """
    if process.environment.get(name) is not None or process.environment.get(name.lower()) is not None:
        return True
    invocation = process.invocation
    if invocation is not None and any(assignment.name == name for assignment in invocation.environment):
        return True
    server = deployment.server_of(process)
    if server is None or server.config is None:
        return False
    document = server.config.document
    return document is None or name in document.source.text


def loads_by_itself(source: Source) -> bool:
    """Whether a module takes variables from an env file, which may lie on the server only.

    python-dotenv and `read_env` of django-environ and environs put them into the environment. python-decouple 3.8
    reads by itself the first `settings.ini` or `.env` from the module's folder upwards.
    """
    return any(word in source.text for word in ("dotenv", "read_env", "decouple"))


def needed(deployment: Deployment) -> Mapping[str, str]:
    """Variables that the settings fail without, each with the file; none when something loads env files by itself."""
    found: dict[str, str] = {}
    for path in deployment.tree.below(deployment.folder):
        if not path.endswith(".py"):
            continue
        source = deployment.tree.read(path)
        if source is None or loads_by_itself(source):
            return {}
        inside = posixpath.relpath(path, deployment.folder)
        parts = inside.removesuffix(".py").split("/")
        if not any(part in _COMMON for part in parts[-2:]) or is_development(inside):
            continue
        for name, required in describe(source).variables.items():
            if required:
                found.setdefault(name, path)
    return found
