from collections.abc import Mapping

from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.dataclass import dataclass
from deploylint.facts import Process, SupervisorKind
from deploylint.model import Deployment
from deploylint.source import Location
from deploylint.values.errors import printable
from deploylint_rules.deployment._variables import is_application, is_given, may_get_more, needed

# supervisord hands its own environment on, which depends on who starts it.
_SUPERVISORS = {SupervisorKind.SYSTEMD, SupervisorKind.COMPOSE}
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "env.sample")


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where an env file, or a sample of one, names a variable; `path` is that of the env file."""

    at: Location
    path: str


@rule(
    Severity.WARNING,
    given=(Process,),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "KeyError: '*'",
        "ImproperlyConfigured: Set the * environment variable",
        'EnvNotSetError: Environment variable "*" not set',
        "variable is not set. Defaulting to a blank string",
    ),
)
def variable_provided_nowhere(deployment: Deployment) -> Findings:
    """The settings need a variable that an env file names and that no process gets.

    ## Why is this bad?
    The settings read `os.environ["NAME"]` and end with `KeyError`, or ask django-environ, environs or
    pydantic-settings for a variable without a default, which refuse as well. The file `.env` does not help by being
    there: compose reads it for `${NAME}` in its own files and puts nothing of it into containers, and
    systemd and supervisor do not know it at all.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
    ```
    ```dockerfile
    FROM python:3.12-slim
    WORKDIR /app
    COPY . .
    ```
    ```env
    SHOP_QUEUE=orders
    ```
    ```python title="shop/settings.py"
    import os

    QUEUE = os.environ["SHOP_QUEUE"]
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        env_file: .env
    ```
    ```dockerfile
    FROM python:3.12-slim
    WORKDIR /app
    COPY . .
    ```
    ```env
    SHOP_QUEUE=orders
    ```
    ```python title="shop/settings.py"
    import os

    QUEUE = os.environ["SHOP_QUEUE"]
    ```

    ## When it is fine
    When an entry point sets the variable before the application starts.

    ## References
    - https://docs.docker.com/compose/how-tos/environment-variables/set-environment-variables/
    - systemd.exec(5), EnvironmentFile=
    - https://django-environ.readthedocs.io/en/latest/
    - https://docs.pydantic.dev/latest/concepts/pydantic_settings/
    """
    processes = [process for process in deployment.every(Process) if _counts(process)]
    entries = _entries(deployment)
    if not processes or not entries:
        return
    wanted = {name: path for name, path in needed(deployment).items() if name in entries}
    lacking = {
        name: path
        for name, path in wanted.items()
        if not any(name in process.environment.variables for process in deployment.every(Process))
    }
    lacking = {name: path for name, path in lacking.items() if not _is_set_by_script(name, deployment)}
    for process in processes:
        names = [name for name in lacking if not is_given(name, process, deployment)]
        if names and not may_get_more(process):
            yield _finding(process, names, lacking[names[0]], entries[names[0]])


def _counts(process: Process) -> bool:
    return is_application(process) and process.supervision.kind in _SUPERVISORS


def _entries(deployment: Deployment) -> Mapping[str, _Entry]:
    """The variables that the deployment's `.env` files and their samples name."""
    found: dict[str, _Entry] = {}
    for document in deployment.documents_in("env"):
        folder, slash, name = document.path.rpartition("/")
        if name != ".env" and name not in _EXAMPLES:
            continue
        for entry in document.entries:
            found.setdefault(entry.name, _Entry(entry.at, f"{folder}{slash}.env"))
    return found


def _is_set_by_script(name: str, deployment: Deployment) -> bool:
    return any(f"{name}=" in document.source.text for document in deployment.documents_in("shell"))


def _finding(process: Process, names: list[str], path: str, entry: _Entry) -> Finding:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    if process.supervision.kind is SupervisorKind.COMPOSE:
        remedy = f"give the service the env_file {entry.path}, or set the variable in environment"
        reason = "named here, but compose puts nothing of this file into containers"
    else:
        remedy = "add EnvironmentFile= with its path on the server, or Environment="
        reason = "named here, but systemd does not read this file by itself"
    return Finding(
        process.at,
        printable(f"{process.name} does not get {names[0]}{more}, which {path} needs"),
        label="this process starts without it",
        related=(Label(entry.at, reason),),
        help=remedy,
    )
