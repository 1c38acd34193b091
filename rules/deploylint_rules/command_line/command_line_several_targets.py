from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.refusals import Refusal, extra_arguments
from deploylint.project import Project
from deploylint_rules.command_line._commands import Command, commands


@rule(
    Severity.ERROR,
    given=((Process, "shell"),),
    group=Group.VALIDITY,
    symptoms=(
        "* error: unrecognized arguments: *",
        "Error: Got unexpected extra argument*",
        "Error: Specify one application only",
    ),
)
def command_line_several_targets(project: Project) -> Findings:
    """A server is told to run more than one application, or has a word too many.

    ## Why is this bad?
    A server runs one application. gunicorn takes the first word and ignores the others without a word,
    as long as no option stands between them; the other servers print how they are to be used and end.
    Often the word is the value of an option that is missing, or of one that takes none.

    ## Example
    ```procfile
    web: gunicorn shop.wsgi 0.0.0.0:8000
    ```

    ## Use instead
    ```procfile
    web: gunicorn shop.wsgi --bind 0.0.0.0:8000
    ```

    ## References
    - https://docs.gunicorn.org/en/latest/run.html
    - https://www.uvicorn.org/settings/
    """
    for command in commands(project):
        for refusal in extra_arguments(command.invocation):
            yield Finding(
                command.at(refusal.word.span),
                _message(command, refusal),
                label="one word too many",
                help=_help(command, refusal),
            )


def _message(command: Command, refusal: Refusal) -> str:
    if refusal.message:
        return f"{command.program}: {refusal.message}"
    first = command.invocation.positionals[0].value
    return f"gunicorn serves {first} and ignores {refusal.word.value}"


def _help(command: Command, refusal: Refusal) -> str:
    if command.invocation.kind is Kind.GUNICORN and ":" in refusal.word.value and _ends_with_port(refusal):
        return f"write --bind {refusal.word.value}"
    if command.invocation.kind in {Kind.FLASK_RUN, Kind.RUNSERVER}:
        return "leave it out, or write the option that it belongs to"
    return "start one server for each application"


def _ends_with_port(refusal: Refusal) -> bool:
    return refusal.word.value.rpartition(":")[2].isdecimal()
