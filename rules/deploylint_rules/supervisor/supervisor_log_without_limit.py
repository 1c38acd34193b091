from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import Program, parsed
from deploylint.project import Project
from deploylint.values.sizes import parse_supervisor_bytes


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=("*AUTO logging used for * without rollover*",),
)
def supervisor_log_without_limit(project: Project) -> Findings:
    """A log that supervisor names itself, and never rotates.

    ## Why is this bad?
    With `AUTO`, the default, the log lies in the folder for temporary files under a made-up name. Nobody else rotates
    it there: with `maxbytes=0` it grows until the disk is full.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile_maxbytes=0
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/dev/stdout
    stdout_logfile_maxbytes=0
    ```

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            for name in ("stdout_logfile", "stderr_logfile"):
                log, size = program.get(name), program.get(f"{name}_maxbytes")
                if (
                    size is None
                    or section.templated
                    or (log is not None and log.value.strip().lower() != "auto")
                ):
                    continue
                limit = parsed(size, Names(), parse_supervisor_bytes)
                merged = program.boolean("redirect_stderr", default=False)
                if name == "stderr_logfile" and not (isinstance(merged, Known) and not merged.value):
                    continue
                if isinstance(limit, Known) and limit.value == 0:
                    yield Finding(
                        size.value_at,
                        f"For [{section.title}], AUTO logging used for {name} without rollover, set maxbytes > 0 to "
                        "avoid filling up filesystem unintentionally",
                        help=f"set {name}, or leave {name}_maxbytes out",
                    )
