from deploylint import Context, Finding, Findings, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.formats.systemd.target_version import target_version
from deploylint.values.exec_line import Variable, VariableForm, find_variables, parse_exec_line
from deploylint.values.systemd_words import Word
from deploylint_rules.systemd._interpreters import reads_variables
from deploylint_rules.systemd._keys import COMMANDS

_OPERATORS = frozenset("#%/^,@!")


@rule(Severity.ERROR, mentions=("$",), group=Group.CORRECTNESS, named=COMMANDS)
def systemd_shell_parameter_expansion(assignment: Assignment, context: Context) -> Findings:
    """Defaults and cuts of variables are for shells, and systemd knows neither.

    ## Why is this bad?
    systemd replaces `${NAME}` and nothing more. `${PORT:-8000}` reaches the program as it is written. For
    `${NAME#prefix}` it looks for a variable of that whole name, finds none, and leaves nothing, even where a shell
    is to run the command.

    ## Example
    ```systemd
    [Service]
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:${PORT:-8000} shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=PORT=8000
    EnvironmentFile=-/etc/shop.env
    ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:${PORT} shop.wsgi
    ```

    ## When it is fine
    `${NAME:-default}` within `sh -c`: the shell gets it as it is written. `$${NAME#prefix}` hands the other
    forms on to the shell.

    ## References
    systemd.service(5), "COMMAND LINES"
    """
    if "${" not in assignment.value or assignment.section != "Service" or assignment.opaque:
        return
    for command in parse_exec_line(assignment.value, version=target_version(context.project)).commands:
        if not command.expands_variables:
            continue
        shell = reads_variables(command)
        for word in command.arguments:
            for variable in find_variables(word.text):
                reason = _reason(word, variable, shell=shell)
                if reason:
                    yield Finding(
                        assignment.value_location(word.start, word.end),
                        reason,
                        help="write a default as Environment=NAME=default, before an EnvironmentFile=",
                    )


def _reason(word: Word, variable: Variable, *, shell: bool) -> str:
    if not word.text.startswith("${", variable.start):
        return ""
    if variable.form is VariableForm.LITERAL and not shell:
        return "systemd knows no defaults of variables: the program gets this as it is written"
    if variable.form is VariableForm.BRACED and _OPERATORS & set(variable.name):
        return "systemd looks for a variable of this whole name, finds none, and leaves nothing"
    return ""
