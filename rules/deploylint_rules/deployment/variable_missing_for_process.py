from deploylint import Confidence, Finding, Findings, Label, Severity, rule
from deploylint.facts import Known, Process, SupervisorKind
from deploylint.model import Deployment
from deploylint.model.variants import together
from deploylint_rules.deployment._variables import is_application, is_given, may_get_more, needed

# supervisord hands its own environment on, which depends on who starts it.
_SUPERVISORS = {SupervisorKind.SYSTEMD, SupervisorKind.COMPOSE}


@rule(
    Severity.WARNING,
    given=(Process, Process),
    confidence=Confidence.MEDIUM,
    symptoms=(
        "KeyError: '*'",
        "ImproperlyConfigured: Set the * environment variable",
        'EnvNotSetError: Environment variable "*" not set',
    ),
)
def variable_missing_for_process(deployment: Deployment) -> Findings:
    """One process gets a variable that the settings need, and another one does not.

    ## Why is this bad?
    The settings read `os.environ["NAME"]`, which ends with `KeyError` where the variable is not set, or ask
    django-environ, environs or pydantic-settings for a variable without a default, which refuse as well. The web
    server works and the worker does not start, or the other way round.

    ## Example
    ```systemd title="web.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    Environment=SHOP_QUEUE=orders
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="worker.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    ExecStart=/srv/shop/venv/bin/celery -A shop worker
    ```
    ```python title="shop/settings.py"
    import os

    QUEUE = os.environ["SHOP_QUEUE"]
    ```

    ## Use instead
    ```systemd title="web.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    Environment=SHOP_QUEUE=orders
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
    ```
    ```systemd title="worker.service"
    [Service]
    User=app
    WorkingDirectory=/srv/shop
    Environment=SHOP_QUEUE=orders
    ExecStart=/srv/shop/venv/bin/celery -A shop worker
    ```
    ```python title="shop/settings.py"
    import os

    QUEUE = os.environ["SHOP_QUEUE"]
    ```

    ## When it is fine
    When the process never imports these settings, or loads a `.env` file by itself.

    ## References
    - systemd.exec(5), Environment= and EnvironmentFile=
    """
    processes = [process for process in deployment.every(Process) if _counts(process)]
    if len(processes) < 2:
        return
    for name, path in needed(deployment).items():
        given = [
            process for process in processes if isinstance(process.environment.variables.get(name), Known)
        ]
        for process in processes:
            if is_given(name, process, deployment) or may_get_more(process):
                continue
            peer = next((other for other in given if _is_peer(other, process)), None)
            if peer is None:
                continue
            value = peer.environment.variables[name]
            yield Finding(
                process.at,
                f"{process.name} does not get {name}, which {path} needs",
                label="this process starts without it",
                related=(Label(value.at or peer.at, f"{peer.name} gets it here"),),
                help=f"set {name} for {process.name}, too, or let {path} do without",
            )


def _counts(process: Process) -> bool:
    return is_application(process) and process.supervision.kind in _SUPERVISORS


def _is_peer(one: Process, other: Process) -> bool:
    """Two processes of one application: the same supervisor and the same folder, or one compose project."""
    if one.supervision.kind is not other.supervision.kind or not together(
        one.document.path, other.document.path
    ):
        return False
    if one.namespace.project != other.namespace.project:
        return False
    folders = (one.directory, other.directory)
    known = [folder.value for folder in folders if isinstance(folder, Known) and folder.value is not None]
    return len(known) == len(folders) and known[0] == known[1]
