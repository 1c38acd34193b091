from deploylint import Confidence, Context, Edit, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import CommandLine, Process
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.command_line.option_values import invalid_values
from deploylint.formats.gunicorn.command_values import RefusedWord, refused_words
from deploylint.project import Project
from deploylint.values.words import Word
from deploylint.vocabulary import gunicorn
from deploylint.vocabulary.nearest import nearest
from deploylint_rules.command_line._commands import gunicorn_target, is_djangos, is_known, place, started

_REFUSES_ADDRESSES = frozenset({Kind.GUNICORN, Kind.RUNSERVER})


@rule(
    Severity.ERROR,
    when=is_known,
    given=((Process, "shell"),),
    group=Group.VALIDITY,
    symptoms=(
        "* error: argument *: invalid int value: *",
        "Error: Invalid value for *",
        "Error: class uri *",
        "* is not a valid port number.",
    ),
)
def command_line_invalid_value(command: CommandLine, context: Context) -> Findings:
    """An option has a value that the program refuses.

    ## Why is this bad?
    The program says so and ends: a number that is none, a word that is not among the choices, an
    address that nobody can listen on, a worker that gunicorn does not have.

    ## Example
    ```procfile
    web: gunicorn --workers auto --bind 0.0.0.0:http shop.wsgi
    worker: celery -A shop worker --pool gevnt
    ```

    ## Use instead
    ```procfile
    web: gunicorn --workers 4 --bind 0.0.0.0:80 shop.wsgi
    worker: celery -A shop worker --pool gevent
    ```

    ## When it is fine
    Values with variables in them are not reported.

    ## Fix safety
    Safe: the program does not start as it is.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html
    - https://docs.celeryq.dev/en/stable/reference/cli.html
    """
    invocation = started(command)
    if not is_djangos(command, context.project):
        return
    if invocation.kind is Kind.GUNICORN:
        yield from _gunicorn(command, context.project)
    else:
        for invalid in invalid_values(invocation):
            yield _finding(command, invalid.word, invalid.message, invalid.choices)
    if invocation.kind in _REFUSES_ADDRESSES:
        for bind in invocation.binds:
            if bind.problem is not None:
                yield _finding(command, bind.words[0], bind.problem.message, ())


def _gunicorn(command: CommandLine, project: Project) -> Findings:
    invocation = started(command)
    stated = gunicorn_target(command, project) if invocation.options else None
    version = stated.version if stated else gunicorn.NEWEST
    for refused in refused_words(invocation, version):
        choices = (
            gunicorn.workers(version) if refused.setting.name == "worker_class" else refused.setting.words
        )
        yield _finding(
            command,
            refused.word,
            refused.message,
            tuple(choices),
            likely=stated is None and _is_older(refused),
        )


def _is_older(refused: RefusedWord) -> bool:
    """Whether another release takes the value: without a stated version that one may be meant."""
    return refused.setting.name == "worker_class" and gunicorn.worker_known(refused.word.value)


def _finding(
    command: CommandLine, word: Word, message: str, choices: tuple[str, ...], *, likely: bool = False
) -> Finding:
    at = place(command, word.span)
    meant = nearest(word.value, choices)
    whole = meant is not None and at.text == word.value
    return Finding(
        at,
        f"{started(command).kind.value}: {message}",
        label="it does not start",
        help=f"did you mean {meant}?" if meant else None,
        fix=Fix(f"write {meant}", (Edit(at, meant),), Safety.SAFE) if meant and whole else None,
        severity=Severity.WARNING if likely else None,
        confidence=Confidence.MEDIUM if likely else None,
    )
