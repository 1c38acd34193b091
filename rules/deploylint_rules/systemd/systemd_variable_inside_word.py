from deploylint import Context, Edit, Finding, Findings, Fix, Group, Severity, rule
from deploylint.formats.systemd import Assignment
from deploylint.formats.systemd.target_version import target_version
from deploylint.source import Location
from deploylint.values.exec_line import Variable, VariableForm, find_variables, parse_exec_line
from deploylint.values.systemd_words import Word
from deploylint_rules.systemd._interpreters import reads_variables
from deploylint_rules.systemd._keys import COMMANDS


@rule(Severity.ERROR, mentions=("$",), group=Group.CORRECTNESS, named=COMMANDS)
def systemd_variable_inside_word(assignment: Assignment, context: Context) -> Findings:
    """`$NAME` inside a word stays as it is written.

    ## Why is this bad?
    systemd is no shell. It replaces `$NAME` only where that is a whole word; from `--bind=0.0.0.0:$PORT` the
    program gets a dollar sign and the name. A word that begins with a variable, such as `$HOME/x`, vanishes.
    `${NAME}` is replaced anywhere in a word.

    ## Example
    ```systemd
    [Service]
    Environment=PORT=8000
    ExecStart=/srv/shop/venv/bin/gunicorn --bind=127.0.0.1:$PORT shop.wsgi
    ```

    ## Use instead
    ```systemd
    [Service]
    Environment=PORT=8000
    ExecStart=/srv/shop/venv/bin/gunicorn --bind=127.0.0.1:${PORT} shop.wsgi
    ```

    ## When it is fine
    Arguments of shells, awk and perl, which replace variables themselves. `$$NAME` is a dollar sign that is meant.

    ## Fix safety
    Safe: the program gets a dollar sign as it stands.

    ## References
    systemd.service(5), "COMMAND LINES"
    """
    if "$" not in assignment.value or assignment.section != "Service" or assignment.opaque:
        return
    for command in parse_exec_line(assignment.value, version=target_version(context.project)).commands:
        if not command.expands_variables or reads_variables(command):
            continue
        for word in command.arguments:
            for variable in find_variables(word.text):
                name = _misread(word, variable)
                if name:
                    yield _finding(assignment, word, variable, name)


def _misread(word: Word, variable: Variable) -> str:
    """The name that was meant, where systemd takes it for something else."""
    if variable.form is VariableForm.LITERAL:
        return variable.name if word.text[variable.start + 1] != "{" else ""
    if variable.form is VariableForm.WORD:
        length = next(
            (at for at, letter in enumerate(variable.name) if not (letter.isalnum() or letter == "_")), None
        )
        return variable.name[:length] if length else ""
    return ""


def _finding(line: Assignment, word: Word, variable: Variable, name: str) -> Finding:
    plain = word.end - word.start == len(word.text)
    at = line.value_location(word.start, word.end)
    if plain:
        start = word.start + variable.start
        at = line.value_location(start, start + len(name) + 1)
    vanishes = variable.form is VariableForm.WORD
    return Finding(
        at,
        f"the word vanishes: systemd looks for a variable of this whole name, not for {name}"
        if vanishes
        else f"${name} is not replaced here: the program gets it as it is written",
        help="systemd replaces it in curly braces",
        fix=_fix(at, name) if plain else None,
    )


def _fix(at: Location, name: str) -> Fix:
    return Fix("put the name into braces", (Edit(at, f"${{{name}}}"),))
