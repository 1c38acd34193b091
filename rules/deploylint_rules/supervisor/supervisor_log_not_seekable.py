from deploylint import Edit, Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import Merged, configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import parsed
from deploylint.pattern import pattern
from deploylint.project import Project
from deploylint.values.sizes import parse_supervisor_bytes

_PIPE = pattern(r"/dev/(?:stdout|stderr|fd/\d++)|/proc/self/fd/\d++")


@rule(
    Severity.ERROR,
    group=Group.RELIABILITY,
    symptoms=("*Illegal seek*", "*underlying stream is not seekable*"),
)
def supervisor_log_not_seekable(project: Project) -> Findings:
    """A log that goes to standard output, and is to be rotated.

    ## Why is this bad?
    supervisor rotates logs at 50 MB unless told otherwise, and for that it seeks in the file. Where standard output
    is a pipe, as in a container, that fails: "Illegal seek", and nothing is logged, or supervisord ends.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/dev/stdout
    stdout_logfile_maxbytes=10MB
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/dev/stdout
    stdout_logfile_maxbytes=0
    ```

    ## Fix safety
    Safe: a pipe cannot be rotated.

    ## References
    https://github.com/Supervisor/supervisor/issues/935
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.sections.values():
            names = ("stdout_logfile", "stderr_logfile") if section.is_program else ("logfile",)
            if not section.is_program and section.title != "supervisord":
                continue
            for name in names:
                yield from _found(section, name)


def _found(section: Merged, name: str) -> Findings:
    log, size = section.get(name), section.get(f"{name}_maxbytes")
    if log is None or not _PIPE.fullmatch(log.value):
        return
    if size is None and section.templated:
        return
    if size is not None:
        limit = parsed(size, Names(), parse_supervisor_bytes)
        if not isinstance(limit, Known) or limit.value == 0:
            return
    yield Finding(
        log.value_at if size is None else size.value_at,
        f"[{section.title}] logs to {log.value}, which cannot be rotated, with {name}_maxbytes "
        + ("at its default of 50MB" if size is None else f"at {size.value}"),
        related=() if size is None else (Label(log.value_at, "this is no file that supervisor can seek in"),),
        help=f"set {name}_maxbytes=0",
        fix=_fix(log, size, name),
    )


def _fix(log: Option, size: Option | None, name: str) -> Fix:
    title = f"set {name}_maxbytes=0"
    if size is not None:
        return Fix(title, (Edit(size.value_at, "0"),))
    end = log.source.line_starts[log.at.end.line - 1] + len(log.source.line(log.at.end.line))
    return Fix(title, (Edit(log.source.location(end, end), f"\n{name}_maxbytes=0"),))
