from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import CommandLine, Process
from deploylint.formats.command_line.refusals import missing_values
from deploylint_rules.command_line._commands import is_known, place, started


@rule(
    Severity.ERROR,
    when=is_known,
    given=((Process, "shell"),),
    group=Group.VALIDITY,
    symptoms=(
        "* error: argument *: expected one argument",
        "Error: Option '*' requires an argument.",
        "* option '*' requires an argument",
    ),
)
def command_line_missing_value(command: CommandLine) -> Findings:
    """An option that needs a value has none.

    ## Why is this bad?
    The program prints how it is to be used and ends. Where the next word is an option, too, Python's
    argparse takes it as such; click and getopt take it as the value.

    ## Example
    ```procfile
    web: gunicorn --bind --workers 4 shop.wsgi
    ```

    ## Use instead
    ```procfile
    web: gunicorn --bind 0.0.0.0:8000 --workers 4 shop.wsgi
    ```

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html
    - https://docs.python.org/3/library/argparse.html#arguments-containing
    """
    invocation = started(command)
    for refusal in missing_values(invocation):
        yield Finding(
            place(command, refusal.word.span),
            f"{invocation.kind.value}: {refusal.message}",
            label="the value is missing",
            help=f"write the value behind {refusal.flag}, or leave the option out",
        )
