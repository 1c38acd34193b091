from functools import lru_cache

from deploylint import Confidence, Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import image
from deploylint.formats.supervisor import File
from deploylint.formats.supervisor.configuration import configurations
from deploylint.formats.supervisor.programs import Program
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(
    Severity.WARNING,
    group=Group.CORRECTNESS,
    confidence=Confidence.MEDIUM,
    symptoms=(
        "*can't find command *",
        "*spawnerr: can't find command *",
        "ERROR (spawn error)",
    ),
)
def supervisor_relative_command(project: Project) -> Findings:
    """A command that is looked for in supervisord's folder, not in `directory`.

    ## Why is this bad?
    supervisor looks for a command with a slash before it changes to the program's `directory`: `venv/bin/gunicorn`
    is not found unless supervisord happens to run in the same folder, as after a reboot it does not.

    ## Example
    ```supervisor
    [program:web]
    command=venv/bin/gunicorn shop.wsgi
    directory=/srv/shop
    ```

    ## Use instead
    ```supervisor
    [program:web]
    command=/srv/shop/venv/bin/gunicorn shop.wsgi
    directory=/srv/shop
    ```

    ## When it is fine
    When supervisord is always started in that folder, as in a container whose working folder it is.

    ## References
    https://supervisord.org/configuration.html#program-x-section-settings
    """
    for configuration in configurations(project.documents_of(File)):
        for section in configuration.programs():
            program = Program(configuration, section)
            command, directory = program.get("command"), program.get("directory")
            if (
                command is None
                or directory is None
                or configuration.get("supervisord", "directory") is not None
            ):
                continue
            names = program.names(0)
            words, folder = names.words(command), program.text("directory", names)
            if not words or not isinstance(folder, Known) or not folder.value.startswith("/"):
                continue
            path = words[0].known
            if path is None or "/" not in path or path.startswith(("/", "~")):
                continue
            if folder.value.rstrip("/") in _working_folders(project):
                continue
            span = words[0].span
            yield Finding(
                command.source.location(span.start, span.end),
                printable(
                    f"can't find command {path!r}: it is looked for in supervisord's folder, not in directory"
                ),
                related=(Label(directory.value_at, "supervisor changes to it later"),),
                help=f"write {folder.value.rstrip('/')}/{path.removeprefix('./')}",
            )


@lru_cache(maxsize=1)
def _working_folders(project: Project) -> frozenset[str]:
    """Where containers of the project start what they start."""
    made = filter(None, map(image, project.documents_of(Dockerfile)))
    return frozenset(
        one.directory.value.rstrip("/")
        for one in made
        if isinstance(one.directory, Known) and one.directory.value is not None
    )
