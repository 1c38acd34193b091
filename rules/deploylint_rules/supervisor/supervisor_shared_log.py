from collections.abc import Iterator

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import Configuration, Merged, configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import Program, parsed
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.values.sizes import parse_supervisor_bytes


@rule(Severity.WARNING, group=Group.RELIABILITY)
def supervisor_shared_log(project: Project) -> Findings:
    """Two streams write to one log file, which supervisor rotates.

    ## Why is this bad?
    Each stream has a log of its own in supervisor, with its own idea of the file's size. When one of them rotates the
    file, the other one goes on writing to the renamed one, and backups are overwritten.

    ## Example
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/var/log/shop.log
    stderr_logfile=/var/log/shop.log
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    stdout_logfile=/var/log/shop.log
    redirect_stderr=true
    ```

    ## When it is fine
    When something else rotates the file and `stdout_logfile_maxbytes=0`, or it is no file but /dev/stdout.

    ## References
    https://github.com/Supervisor/supervisor/issues/935
    """
    for configuration in configurations(project.documents_of(File)):
        taken: dict[str, tuple[Merged, str]] = {}
        for section, name, path in _logs(configuration):
            writer, its = taken.setdefault(path, (section, name))
            option, other = section.get(name), writer.get(its)
            if option is None or other is None or other == option:
                continue
            whose = f"its {its}" if writer is section else f"[{writer.title}]"
            yield Finding(
                option.value_at,
                printable(f"[{section.title}] rotates {path}, to which {whose} writes as well"),
                related=(Label(other.value_at, "the same file"),),
                help="give each a file of its own, or join the streams with redirect_stderr=true",
            )


def _logs(configuration: Configuration) -> Iterator[tuple[Merged, str, str]]:
    """Every log file that supervisor rotates: a section, the option that names it, its path."""
    for section in configuration.programs():
        program = Program(configuration, section)
        merged = program.boolean("redirect_stderr", default=False)
        for name in ("stdout_logfile", "stderr_logfile"):
            option, size = program.get(name), program.get(f"{name}_maxbytes")
            if option is None or (name == "stderr_logfile" and not _separate(merged)):
                continue
            limit = None if size is None else parsed(size, Names(), parse_supervisor_bytes)
            path = program.text(name, program.names())
            if limit is not None and not (isinstance(limit, Known) and limit.value > 0):
                continue
            if (
                isinstance(path, Known)
                and path.value.startswith("/")
                and not path.value.startswith(("/dev/", "/proc/"))
            ):
                yield section, name, path.value


def _separate(merged: object) -> bool:
    return isinstance(merged, Known) and not merged.value
