from deploylint import Confidence, Context, Finding, Findings, Fix, Group, Safety, Severity, rule
from deploylint.facts import CommandLine, Process
from deploylint.formats.command_line.invocation import Kind, Option
from deploylint.formats.command_line.refusals import Refusal, unknown_flags
from deploylint.project import Project
from deploylint.vocabulary import gunicorn
from deploylint_rules.command_line._commands import (
    gunicorn_flags,
    gunicorn_target,
    is_djangos,
    is_known,
    place,
    replaced,
    started,
)

_ADDRESS = frozenset({"--host", "--port", "--bind", "--listen", "-b", "-p"})
_LISTENS = {
    Kind.GUNICORN: "gunicorn takes the address as --bind HOST:PORT",
    Kind.HYPERCORN: "hypercorn takes the address as --bind HOST:PORT",
    Kind.UVICORN: "uvicorn takes the address as --host HOST --port PORT",
    Kind.GRANIAN: "granian takes the address as --host HOST --port PORT",
    Kind.DAPHNE: "daphne takes the address as --bind HOST --port PORT",
    Kind.WAITRESS: "waitress takes the address as --listen HOST:PORT",
}


@rule(
    Severity.ERROR,
    when=is_known,
    given=((Process, "shell"),),
    group=Group.VALIDITY,
    symptoms=(
        "* error: unrecognized arguments: *",
        "Error: No such option*",
        "* unrecognized option '*'",
        "getopt_long() error",
    ),
)
def command_line_unknown_flag(command: CommandLine, context: Context) -> Findings:
    """A command line has an option that the program does not know.

    ## Why is this bad?
    The program prints how it is to be used and ends; whoever started it tries again and again. The
    options of gunicorn and uWSGI are those of all their releases, the options of the other servers
    those of one release.

    ## Example
    ```procfile
    web: gunicorn --bind 0.0.0.0:8000 --worker-clss gthread shop.wsgi
    ```

    ## Use instead
    ```procfile
    web: gunicorn --bind 0.0.0.0:8000 --worker-class gthread shop.wsgi
    ```

    ## When it is fine
    With another release of the server, or a plug-in of uWSGI, that has the option. Where no known option
    resembles it, the finding says that it is less than certain.

    ## Fix safety
    Safe: the program does not start as it is.

    ## References
    - https://docs.gunicorn.org/en/latest/settings.html
    - https://uwsgi-docs.readthedocs.io/en/latest/Options.html
    - https://www.uvicorn.org/settings/
    """
    if is_djangos(command, context.project):
        yield from _gunicorn(command, context.project) if command.kind is Kind.GUNICORN else _other(command)


def _other(command: CommandLine) -> Findings:
    for refusal in unknown_flags(started(command)):
        certain = refusal.meant is not None or refusal.known is not None
        yield _finding(command, refusal, None if certain else Confidence.MEDIUM)


def _gunicorn(command: CommandLine, project: Project) -> Findings:
    """The flags of all releases are known, so that those of the one that runs here can be told from others."""
    invocation = started(command)
    if not invocation.unknown and all(_is_everywhere(option) for option in invocation.options):
        return
    stated = gunicorn_target(command, project)
    version = stated.version if stated else gunicorn.NEWEST
    for refusal in unknown_flags(invocation, gunicorn_flags(version)):
        yield _finding(command, refusal, None)
    for option in invocation.options:
        setting = gunicorn.setting(option.name)
        if setting is None or gunicorn.setting(option.name, version) is not None:
            continue
        removed = setting.removed is not None and version >= setting.removed
        release = ".".join(map(str, setting.removed if removed and setting.removed else setting.since))
        yield Finding(
            place(command, option.span),
            f"gunicorn: unrecognized arguments: {option.flag}",
            label=f"{'removed in' if removed else 'came with'} {release}",
            help=f"{stated.why}; leave the option out" if stated else "leave the option out",
            # Without a stated version it may be an older gunicorn, which has the flag.
            severity=None if stated else Severity.WARNING,
            confidence=None if stated else Confidence.MEDIUM,
        )


def _is_everywhere(option: Option) -> bool:
    """Whether every release has it, so that nobody needs to look for the one that runs here."""
    setting = gunicorn.setting(option.name)
    return setting is None or (setting.since <= (19, 0) and setting.removed is None)


def _finding(command: CommandLine, refusal: Refusal, confidence: Confidence | None) -> Finding:
    edit = replaced(command, refusal.word, refusal.flag, refusal.meant) if refusal.meant else None
    return Finding(
        place(command, refusal.word.span),
        f"{started(command).kind.value}: {refusal.message}",
        label="it does not start",
        help=_help(command, refusal),
        fix=Fix(f"write {refusal.meant}", (edit,), Safety.SAFE) if edit else None,
        confidence=confidence,
    )


def _help(command: CommandLine, refusal: Refusal) -> str | None:
    if refusal.meant:
        return f"did you mean {refusal.meant}?"
    if refusal.known is not None:
        return f"write {refusal.flag} alone"
    if refusal.flag in _ADDRESS:
        return _LISTENS.get(started(command).kind)
    return None
