from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.compose.merged import merged_services, names_around
from deploylint.formats.compose.nodes import ComposeFile, Mapping
from deploylint.formats.compose.projects import BASES
from deploylint.formats.compose.settings import Settings
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("service * has neither an image nor a build context specified",),
)
def compose_service_without_image(project: Project) -> Findings:
    """A service without image and build, so that docker compose refuses the project.

    ## Why is this bad?
    Compose has nothing to make a container of and stops with an error, also for all other services.

    ## Example
    ```compose
    services:
      web:
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        restart: unless-stopped
      db:
        image: postgres:16.4
    ```

    ## Use instead
    ```compose
    services:
      web:
        build: .
        command: gunicorn -b 0.0.0.0:8000 shop.wsgi
        restart: unless-stopped
      db:
        image: postgres:16.4
    ```

    ## When it is fine
    In a file that is laid over another one, which names the image. The rule looks at base files such as
    `compose.yaml` only, and not where another compose file lies beside them, or one with that service above.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#image
    """
    folders: dict[str, list[ComposeFile]] = {}
    for file in project.documents_of(ComposeFile):
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    complete = {
        (settings.document.path.rpartition("/")[0], settings.name)
        for _, settings in merged_services(project)
        if _has_image(settings)
    }
    declared: dict[str, AbstractSet[str]] = {}
    for one, settings in merged_services(project):
        document = settings.document
        folder, _, name = document.path.rpartition("/")
        if name not in BASES or folders.get(folder) != [document] or one.unresolved:
            continue
        if _has_image(settings) or any((above, settings.name) in complete for above in _above(folder)):
            continue
        if any("include" in root.merged for root in document.roots if isinstance(root, Mapping)):
            continue
        if one.name not in declared:
            declared[one.name] = names_around(project, one, "services")
        if settings.name in declared[one.name]:
            yield Finding(
                settings.at,
                printable(
                    f'service "{settings.name}" has neither an image nor a build context specified: '
                    "invalid compose project"
                ),
                label="compose refuses the project",
                help="add image or build",
            )


def _has_image(settings: Settings) -> bool:
    return any(settings.all(key) for key in ("image", "build", "extends", "provider"))


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder
