from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.env import Entry
from deploylint.model.env_readers import readers
from deploylint.model.variants import is_development, is_example, stage
from deploylint.values.env_file import EnvDialect

_FLAGS = ("DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG", "APP_DEBUG", "FASTAPI_DEBUG")
_STAGES = ("FLASK_ENV", "APP_ENV", "DJANGO_ENV", "ENVIRONMENT", "ENV")
_ON = ("1", "true", "yes", "on")


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM, named=(*_FLAGS, *_STAGES))
def env_debug_in_production(entry: Entry, context: Context) -> Findings:
    """Debug mode is on in an env file for production.

    ## Why is this bad?
    Error pages then show settings, queries and source code to everybody; Flask's debugger runs code that
    a visitor types in.

    ## Example
    ```env title="deploy/prod.env"
    DEBUG=True
    ```

    ## Use instead
    ```env title="deploy/prod.env"
    DEBUG=False
    ```

    ## When it is fine
    The rule speaks of files whose path says production or staging, and of those that a systemd unit reads.

    ## References
    - https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug
    - https://flask.palletsprojects.com/en/stable/debugging/
    """
    path = entry.source.path
    if is_development(path) or is_example(path) or entry.opaque:
        return
    served = EnvDialect.SYSTEMD in readers(context.project).get(path, {})
    if stage(path) not in ("production", "staging") and not served:
        return
    value = entry.raw.strip("\"'").lower()
    if value in _ON if entry.name in _FLAGS else value in ("development", "dev", "debug"):
        yield Finding(
            entry.at,
            f"{entry.name} switches debug mode on in a file for production",
            label="error pages show settings and source code",
            help="switch it off here",
        )
