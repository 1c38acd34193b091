from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Environment, Process
from deploylint.formats.env import EnvFile
from deploylint.formats.gunicorn import GunicornConfig
from deploylint.formats.gunicorn.bindings import Binding
from deploylint.formats.gunicorn.settings import RefusedError, checked
from deploylint.formats.python.nodes import Assignment
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.errors import InvalidValue
from deploylint.values.listen import gunicorn_bind
from deploylint.vocabulary import gunicorn

_RAISES = "it raises "
_READ = pattern(r"(?:environ(?:\.get\(|\[)|getenv\()[ \t]*+[\"'](\w++)")


@rule(Severity.WARNING, group=Group.RELIABILITY, confidence=Confidence.MEDIUM)
def gunicorn_variable_without_default(project: Project) -> Findings:
    """gunicorn does not start where the variable behind a setting is not set.

    ## Why is this bad?
    `os.environ.get` gives None without a default. gunicorn refuses None where it wants a number, and so
    does `int`; an address with "None" in it cannot be listened on. No file of the project sets the variable.

    ## Example
    ```gunicorn
    import os

    workers = int(os.environ.get("WEB_WORKERS"))
    timeout = os.environ.get("WEB_TIMEOUT")
    ```

    ## Use instead
    ```gunicorn
    import os

    workers = int(os.environ.get("WEB_WORKERS", "4"))
    timeout = os.environ.get("WEB_TIMEOUT", "30")
    ```

    ## When it is fine
    Where the variable is set by something outside the project. `os.environ["NAME"]` says that it must be,
    and is not reported.

    ## References
    - https://docs.python.org/3/library/os.html#os.getenv
    - https://docs.gunicorn.org/en/latest/settings.html
    """
    for config in project.documents_of(GunicornConfig):
        suspects = list(_suspects(config))
        if not suspects:
            continue
        provided = _provided(project)
        for finding, variables in suspects:
            if not variables & provided:
                yield finding


def _suspects(config: GunicornConfig) -> "list[tuple[Finding, frozenset[str]]]":
    found = []
    outcome = config.run(Environment())
    if outcome.failure is not None and config.outcome.failure is None and not config.problems:
        at = config.source.location(outcome.failure.start, outcome.failure.end)
        read = frozenset(_READ.findall(config.source.text))
        message = f"{outcome.failure.message} where no variable is set"
        found.append((Finding(at, message, label="gunicorn does not start then"), read))
    for name, bindings in outcome.names.settings:
        for binding in bindings:
            reason = _refusal(name, binding)
            if reason is None or binding.value is None or not isinstance(binding.node, Assignment):
                continue
            variables = " and ".join(sorted(binding.value.variables))
            found.append(
                (
                    Finding(
                        binding.node.at,
                        f"gunicorn refuses {name} where {variables} is not set: {reason}",
                        label="there is no default that gunicorn takes",
                        help="give a default",
                    ),
                    binding.value.variables,
                )
            )
    return found


def _refusal(name: str, binding: Binding) -> str | None:
    """Why gunicorn does not start with the value that holds when no variable is set."""
    setting, value = gunicorn.setting(name), binding.value
    if setting is None or setting.removed is not None or value is None or not value.variables:
        return None
    if not value.alternatives and value.reason.startswith(_RAISES):
        return value.reason
    if not value.known:
        return None
    try:
        kept = checked(setting, value.value)
        for address in kept if name == "bind" and isinstance(kept, list) else ():
            gunicorn_bind(address)
    except RefusedError as error:
        return str(error)
    except InvalidValue as error:
        return error.message
    return None


def _provided(project: Project) -> frozenset[str]:
    """The variables that some file of the project sets for somebody."""
    processes = (name for process in project.every(Process) for name in process.environment.variables)
    files = (entry.name for file in project.documents_of(EnvFile) for entry in file.entries)
    return frozenset((*processes, *files))
