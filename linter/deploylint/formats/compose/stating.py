"""What compose files say of the deployment."""

from collections.abc import Iterator, Sequence

from deploylint.document import Document
from deploylint.facts import Fact, Reference
from deploylint.formats.compose.mounts import copies, mounts
from deploylint.formats.compose.nodes import ComposeFile
from deploylint.formats.compose.ports import published
from deploylint.formats.compose.projects import Project, kept_projects
from deploylint.formats.compose.services import ComposeService, ServiceProcess
from deploylint.formats.compose.settings import Settings
from deploylint.tree import Tree


def stated(documents: Sequence[Document], tree: Tree) -> Iterator[Fact]:
    """Services, ports, mounts and processes of every project and variant, and references that lead nowhere."""
    for project in kept_projects(
        tuple(document for document in documents if isinstance(document, ComposeFile)), tree
    ):
        yield from project.unresolved
        yield from _put_over(project)
        for settings in project.services.values():
            yield from _service_facts(settings, project, tree)


def _put_over(project: Project) -> Iterator[Reference]:
    """The files that are given to compose with the first one; one that adds no service may lie anywhere."""
    first = project.files[0]
    for file in project.files[1:]:
        if first.roots and file.path in project.given:
            yield Reference(first, file.path, "include", first.roots[0].at)


def _service_facts(settings: Settings, project: Project, tree: Tree) -> Iterator[Fact]:
    service = ComposeService(settings, project)
    process = ServiceProcess(service)
    found = service.origin
    yield service
    yield from published(settings, service, project.environment)
    yield from mounts(settings, service, project)
    if found.made is not None:
        yield from copies(found.made, service, tree)
    yield process
    if found.unresolved is not None:
        yield found.unresolved
    yield from process.env_files
