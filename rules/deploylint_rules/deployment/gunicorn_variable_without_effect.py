from functools import lru_cache

from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.facts import Process
from deploylint.model import AppServer, Deployment, is_gunicorn
from deploylint.vocabulary import gunicorn

_PREFIX = "GUNICORN_"
# Programs, scripts, and whatever else may hand a variable on under another name.
_READERS = (".py", ".sh", ".bash", ".toml", ".cfg", "Makefile", "entrypoint", "start", "run")


@rule(Severity.WARNING, given=(Process,), confidence=Confidence.MEDIUM, when=is_gunicorn)
def gunicorn_variable_without_effect(server: AppServer, context: Context) -> Findings:
    """gunicorn does not read variables such as GUNICORN_WORKERS.

    ## Why is this bad?
    The number of workers, the timeout or the address that somebody set is not used: gunicorn runs with its default,
    one worker and 30 seconds. It reads GUNICORN_CMD_ARGS, WEB_CONCURRENCY and a few others that its manual names.

    ## Example
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    Environment=GUNICORN_TIMEOUT=120
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/gunicorn --timeout 120 --bind 127.0.0.1:8000 shop.wsgi
    ```

    ## When it is fine
    When a configuration file or a start script reads it; the rule is silent where one names the variable, and where
    the configuration file is not in the project.

    ## References
    https://docs.gunicorn.org/en/latest/configure.html
    """
    if server.config is not None and server.config.document is None:
        return
    process = server.process
    if process.invocation is None or not process.invocation.complete:
        return
    deployment = context.project.deployment_of(process.document)
    for variable, setting in _meant_for_gunicorn(frozenset(process.environment.variables)):
        value = process.environment.variables[variable]
        if value.at is not None and not _is_read(variable, deployment):
            yield Finding(
                value.at,
                f"gunicorn does not read {variable}, and nothing in the project does",
                help=f"set {setting} in the configuration file, or in GUNICORN_CMD_ARGS",
            )


@lru_cache(maxsize=256)
def _meant_for_gunicorn(variables: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The variables that are called like settings, with these. Most processes have the same variables."""
    settings = [(variable, variable.removeprefix(_PREFIX).lower()) for variable in sorted(variables)]
    return tuple(
        (variable, setting)
        for variable, setting in settings
        if variable != setting.upper() and gunicorn.setting(setting) is not None
    )


def _is_read(variable: str, deployment: Deployment) -> bool:
    """Whether a document replaces the variable, or a program or script names it."""
    used = (f"${variable}", f"${{{variable}", f"%(ENV_{variable}")
    if any(text in document.source.text for document in deployment.documents for text in used):
        return True
    sources = (
        deployment.tree.read(path)
        for path in deployment.tree.below(deployment.folder)
        if path.endswith(_READERS)
    )
    return any(
        source is not None and (variable in source.text or f'"{_PREFIX}"' in source.text)
        for source in sources
    )
