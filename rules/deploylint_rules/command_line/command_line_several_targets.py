from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import CommandLine, Process
from deploylint.formats.command_line.invocation import Invocation, Kind
from deploylint.formats.command_line.refusals import Refusal, extra_arguments
from deploylint_rules.command_line._commands import is_known, place, started


@rule(
    Severity.ERROR,
    when=is_known,
    given=((Process, "shell"),),
    group=Group.VALIDITY,
    symptoms=(
        "* error: unrecognized arguments: *",
        "Error: Got unexpected extra argument*",
        "Error: Specify one application only",
    ),
)
def command_line_several_targets(command: CommandLine) -> Findings:
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
    invocation = started(command)
    for refusal in extra_arguments(invocation):
        yield Finding(
            place(command, refusal.word.span),
            _message(invocation, refusal),
            label="one word too many",
            help=_help(invocation.kind, refusal),
        )


def _message(invocation: Invocation, refusal: Refusal) -> str:
    if refusal.message:
        return f"{invocation.kind.value}: {refusal.message}"
    first = invocation.positionals[0].value
    return f"gunicorn serves {first} and ignores {refusal.word.value}"


def _help(kind: Kind, refusal: Refusal) -> str:
    if kind is Kind.GUNICORN and ":" in refusal.word.value and _ends_with_port(refusal):
        return f"write --bind {refusal.word.value}"
    if kind in {Kind.FLASK_RUN, Kind.RUNSERVER}:
        return "leave it out, or write the option that it belongs to"
    return "start one server for each application"


def _ends_with_port(refusal: Refusal) -> bool:
    return refusal.word.value.rpartition(":")[2].isdecimal()
