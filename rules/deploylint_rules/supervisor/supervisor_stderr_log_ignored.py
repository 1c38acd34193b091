from deploylint import Finding, Findings, Fix, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.edits import removed
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project

_NO_FILE = frozenset({"", "auto", "none", "off", "syslog"})


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    symptoms=("*redirect_stderr=true but stderr_logfile has also been set to a filename*",),
)
def supervisor_stderr_log_ignored(project: Project) -> Findings:
    """A log for standard error that goes to the log for standard output.

    ## Why is this bad?
    With `redirect_stderr=true` supervisor ignores `stderr_logfile`. Whoever looks for errors in that file finds it
    empty, or does not find it.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    redirect_stderr=true
    stdout_logfile=/var/log/shop.log
    stderr_logfile=/var/log/shop.err
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    redirect_stderr=true
    stdout_logfile=/var/log/shop.log
    ```

    ## Fix safety
    Safe: supervisor ignores the line.

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            merged, log = program.boolean("redirect_stderr", default=False), program.get("stderr_logfile")
            if log is None or log.opaque or log.value.strip().lower() in _NO_FILE:
                continue
            if section.kind == "eventlistener" or not isinstance(merged, Known) or not merged.value:
                continue
            yield Finding(
                log.at,
                f"For [{section.title}], redirect_stderr=true but stderr_logfile has also been set to a filename, "
                "the filename has been ignored",
                related=()
                if merged.at is None
                else (Label(merged.at, "standard error joins standard output"),),
                help="leave out one of the two",
                fix=Fix("leave stderr_logfile out", (removed(log),)),
            )
