from collections.abc import Iterator

from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment, UnitFile
from deploylint.formats.systemd.environment import service_environment
from deploylint.formats.systemd.target_version import target_version
from deploylint.formats.systemd.unit import unit_of
from deploylint.pattern import pattern
from deploylint.values.exec_line import VariableForm, find_variables, parse_exec_line
from deploylint.values.systemd_words import Word
from deploylint_rules.systemd._keys import COMMANDS

_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_]*+\Z")
# The whole manager has these from locale.conf, and proxies from DefaultEnvironment=.
_OF_THE_MANAGER = pattern(r"LC_|(?i:(?:https?|ftp|all|no)_proxy\Z)")


@rule(
    Severity.WARNING,
    mentions=("$",),
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    named=COMMANDS,
    symptoms=("*Referenced but unset environment variable evaluates to an empty string: *",),
)
def systemd_unset_variable(assignment: Assignment, context: Context) -> Findings:
    """A command uses a variable that the unit does not set.

    ## Why is this bad?
    systemd puts nothing in the place of `${NAME}`: an option is then without its value. It does so before a shell
    sees the line, so that a variable which the shell itself sets in `sh -c` is lost, too. What `/etc/profile`,
    `.bashrc` or `/etc/environment` set is not there.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:${PORT} shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=PORT=8000
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:${PORT} shop.wsgi
    ```

    ## When it is fine
    The variable is set for all services, by `DefaultEnvironment=` or `systemctl set-environment`, or by a drop-in
    that the project does not hold. Write `$$NAME` where the shell is to replace it. A word that is just `$OPTIONS`
    vanishes without the variable, which is often meant, and is not reported.

    ## References
    systemd.service(5), "COMMAND LINES"; systemd.exec(5), "ENVIRONMENT VARIABLES IN SPAWNED PROCESSES"
    """
    file = context.document
    if (
        "$" not in assignment.value
        or assignment.section != "Service"
        or assignment.opaque
        or not isinstance(file, UnitFile)
    ):
        return
    asked = list(_asked(assignment, target_version(context.project)))
    unit = unit_of(file, context.project)
    if not asked or unit.all("Service", "PAMName"):
        return
    environment = service_environment(unit, context.project.tree)
    if not environment.complete:
        return
    for word, name in asked:
        if environment.get(name) is None:
            yield Finding(
                assignment.value_location(word.start, word.end),
                f"nothing sets {name}: systemd puts nothing in the place of ${{{name}}}",
                help=f"set it with Environment={name}=... or name the file that does as EnvironmentFile=",
            )


def _asked(line: Assignment, version: int) -> Iterator[tuple[Word, str]]:
    """The variables in braces, each with the argument that it stands in."""
    for command in parse_exec_line(line.value, version=version).commands:
        if not command.expands_variables:
            continue
        for word in command.arguments:
            for variable in find_variables(word.text):
                name = variable.name
                if variable.form is not VariableForm.BRACED or not _NAME.match(name):
                    continue
                if not _OF_THE_MANAGER.match(name):
                    yield word, name
