from deploylint import Confidence, Context, Finding, Findings, Severity, rule
from deploylint.facts import Known, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.model import AppServer
from deploylint.model.variants import is_development
from deploylint_rules.deployment._proxies import is_in_front

# Any of these makes gunicorn log requests (gunicorn/glogging.py, `access`), or puts another logger in its place.
_LOGGING = ("accesslog", "logconfig", "logconfig_dict", "logconfig_json", "syslog", "statsd_host")


@rule(Severity.NOTE, given=(Process,), confidence=Confidence.MEDIUM, pedantic=True)
def requests_not_logged(server: AppServer, context: Context) -> Findings:
    """gunicorn serves clients itself, and no request is logged anywhere.

    ## Why is this bad?
    gunicorn has no access log unless it is told to. Behind nginx that is well, for nginx has one. Here nothing stands
    in front: when users report errors, or somebody tries passwords, there is nothing to look at.

    ## Example
    ```compose
    services:
      web:
        build: .
        command: gunicorn --bind 0.0.0.0:8000 shop.wsgi
        ports: ["8000:8000"]
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn --access-logfile - --bind 0.0.0.0:8000 shop.wsgi
        ports: ["8000:8000"]
    ```

    ## When it is fine
    When the application logs requests, or a proxy that this repository does not know of.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html#accesslog
    """
    if server.kind != Kind.GUNICORN.value or server.process.invocation is None:
        return
    worker, values = server.setting("worker_class"), [server.setting(name) for name in _LOGGING]
    if not isinstance(worker, Known) or "uvicorn" in str(worker.value):
        return
    if any(value is not None and not (isinstance(value, Known) and not value.value) for value in values):
        return
    logger = server.setting("logger_class")
    if not isinstance(logger, Known) or not logger.default or is_development(server.process.document.path):
        return
    deployment = context.project.deployment_of(server.process.document)
    if any(is_in_front(listener, deployment) for listener in server.listeners):
        yield Finding(
            server.process.at,
            f"nobody logs the requests that {server.name} answers",
            label="no access log",
            help="set accesslog, to - for the standard output",
        )
