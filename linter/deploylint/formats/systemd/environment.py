"""The variables that a service gets from its unit (systemd.exec(5), "ENVIRONMENT")."""

from deploylint.facts import Environment, Known, Unknown, Value
from deploylint.formats.systemd.specifier_values import resolve
from deploylint.formats.systemd.template_marks import has_marks
from deploylint.formats.systemd.unit import Unit
from deploylint.values.environment import parse_environment
from deploylint.values.systemd_words import parse_words

# Set by the manager itself, depending on user and version.
_SET_BY_SYSTEMD = (
    "PATH", "LANG", "HOME", "LOGNAME", "USER", "SHELL", "INVOCATION_ID", "XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY", "CREDENTIALS_DIRECTORY",
    "MAINPID", "MANAGERPID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_PID",
    "WATCHDOG_USEC", "SYSTEMD_EXEC_PID", "TERM", "LOG_NAMESPACE", "JOURNAL_STREAM", "SERVICE_RESULT", "EXIT_CODE",
    "EXIT_STATUS", "MONITOR_SERVICE_RESULT", "PIDFILE", "REMOTE_ADDR", "REMOTE_PORT",
)  # fmt: skip


def service_environment(unit: Unit) -> Environment:
    """What Environment= sets, later lines over earlier ones.

    Files of EnvironmentFile= are on the server; they override all of it, so that with one of them nothing is
    certain. The manager of a user hands on what the session put into it.
    """
    variables: dict[str, Value[str]] = {
        name: Unknown(f"{name} is set by systemd") for name in _SET_BY_SYSTEMD
    }
    for assignment in unit.all("Service", "Environment"):
        file = unit.file_of(assignment)
        for pair in parse_environment(assignment.value).assignments:
            at = assignment.value_location(pair.start, pair.end)
            value = resolve(pair.value, file)
            variables[pair.name] = (
                Unknown(f"{pair.name} holds a specifier or a template mark", at)
                if value is None
                else Known(value, at)
            )
    passed = [
        word.text for line in unit.all("Service", "PassEnvironment") for word in parse_words(line.value).words
    ]
    variables.update((name, Unknown(f"{name} is passed on from the manager")) for name in passed)
    files = unit.all("Service", "EnvironmentFile")
    if files:
        at = files[-1].value_at
        variables = {name: Unknown(f"{name} may be set in {files[-1].value}", at) for name in variables}
    for line in unit.all("Service", "UnsetEnvironment"):
        for word in parse_words(line.value).words:
            variables.pop(word.text.partition("=")[0], None)
    complete = not (files or unit.is_user_unit or not unit.is_whole or _templated(unit))
    return Environment(variables, complete)


def _templated(unit: Unit) -> bool:
    return any(has_marks(line.value) for line in unit.all("Service", "Environment"))
