from collections.abc import Iterator
from posixpath import dirname, join, normpath

from deploylint import Confidence, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known
from deploylint.formats.supervisor import File, Option
from deploylint.formats.supervisor.configuration import Configuration, configurations
from deploylint.formats.supervisor.expansion import Names
from deploylint.formats.supervisor.programs import Program, expanded
from deploylint.model.made_folders import made_folders
from deploylint.project import Project

_LOGS = ("stdout_logfile", "stderr_logfile")
_SPECIAL = frozenset({"auto", "none", "off", "syslog"})
_HERE = "%(here)s/"


@rule(
    Severity.WARNING,
    group=Group.RELIABILITY,
    symptoms=("The directory named as part of the path * does not exist*",),
)
def supervisor_log_directory_missing(project: Project) -> Findings:
    """A log file in a folder that the project does not bring along.

    ## Why is this bad?
    supervisor makes log files but no folders: when the folder of a single log file is missing, supervisord refuses
    its whole configuration and starts nothing. Folders that version control knows nothing of, such as an empty
    `logs/`, are missing on every new machine.

    ## Example
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop:app
    stdout_logfile=%(here)s/logs/web.log
    ```
    ```python title="shop.py"
    app = object()
    ```

    ## Use instead
    ```supervisor title="supervisord.conf"
    [supervisord]

    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop:app
    stdout_logfile=/var/log/web.log
    ```
    ```python title="shop.py"
    app = object()
    ```

    ## When it is fine
    When something makes the folder before supervisord starts. A script or Dockerfile of the project that makes a
    folder of that name silences the rule.

    ## References
    https://supervisord.org/configuration.html#program-x-section-values
    """
    if not any(path.endswith(".py") for path in project.tree.files):
        return
    made = made_folders(project, File)
    for configuration in configurations(project.documents_of(File)):
        for option, base in _log_files(configuration):
            folder = dirname(option.value)
            name = folder.rpartition("/")[2]
            if name in made or not _missing(project, option, folder, base):
                continue
            yield Finding(
                option.value_at,
                f"The directory named as part of the path {option.value} does not exist in the project",
                label=f'supervisord does not make the folder "{name}"',
                help="make the folder before supervisord starts, or log to one that is always there",
                confidence=Confidence.HIGH if option.value.startswith(_HERE) else Confidence.MEDIUM,
            )


def _log_files(configuration: Configuration) -> Iterator[tuple[Option, str | None]]:
    """Options that name log files, with the directory of the application on the server where it is known."""
    main = configuration.get("supervisord", "logfile")
    if main is not None:
        yield main, None
    for section in configuration.programs():
        program = Program(configuration, section)
        directory = program.get("directory")
        base = None if directory is None else expanded(directory, Names())
        for name in _LOGS:
            option = program.get(name)
            if option is not None and option.value.lower() not in _SPECIAL:
                yield option, base.value if isinstance(base, Known) else None


def _missing(project: Project, option: Option, folder: str, base: str | None) -> bool:
    """Whether the folder belongs to the project and is not in it."""
    if option.opaque:
        return False
    if folder.startswith(_HERE):
        inside = folder.removeprefix(_HERE)
        wanted = normpath(join(dirname(option.source.path), inside))
        return "%" not in inside and not wanted.startswith("..") and wanted not in project.tree.folders
    if base is None or not base.startswith("/") or not base.strip("/") or "%" in folder:
        return False
    root = base.rstrip("/") + "/"
    if not folder.startswith(root):
        return False
    inside = folder.removeprefix(root)
    return not any(known == inside or known.endswith(f"/{inside}") for known in project.tree.folders)
