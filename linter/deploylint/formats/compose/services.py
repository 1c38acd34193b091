"""Services and their processes, of which little is kept: there may be very many."""

from collections.abc import Sequence
from functools import lru_cache

from deploylint.dataclass import refuse
from deploylint.facts import Namespace, Process, Reference, Service, Supervision, SupervisorKind, Unresolved
from deploylint.formats.compose.description import DESCRIPTION
from deploylint.formats.compose.images import Build, build
from deploylint.formats.compose.processes import environment_of, instances, process, started_in
from deploylint.formats.compose.projects import Project
from deploylint.formats.compose.settings import Settings
from deploylint.processes import MANY, LeftProcess, fill
from deploylint.typed import TYPE_CHECKING, Any


class ComposeService(Service):
    """A service, of which its settings tell what is not kept."""

    __slots__ = ("merged_in", "namespace", "settings")

    __setattr__ = __delattr__ = refuse
    visited_as = Service
    settings: Settings
    merged_in: Project

    def __init__(self, settings: Settings, project: Project) -> None:
        namespace = Namespace(project.name, settings.name)
        fill(self, namespace=namespace, settings=settings, merged_in=project)

    @property
    def origin(self) -> Build:
        """Where its image comes from."""
        return build(self.settings, self.merged_in)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            read = DESCRIPTION.get(name)
            if read is None:
                raise AttributeError(name)
            return read(self.settings, self.merged_in)


class ServiceProcess(LeftProcess):
    """The process of a service, of which its settings tell what is not kept."""

    __slots__ = ("document", "instances", "service")

    manager = SupervisorKind.COMPOSE
    instance = ""
    service: ComposeService

    def __init__(self, service: ComposeService) -> None:
        settings, project = service.settings, service.merged_in
        super().__init__(
            service=service,
            document=started_in(settings, service.origin, project),
            instances=instances(settings, project),
        )

    def _whole(self) -> Process:
        return _process(self.service)[0]

    def _whole_supervision(self) -> Supervision:
        return self._whole().supervision

    @property
    def env_files(self) -> Sequence[Unresolved | Reference]:
        """Those that its settings name, there or not."""
        return _process(self.service)[1] if self.service.settings.all("env_file") else ()

    if not TYPE_CHECKING:

        @property
        def name(self) -> str:
            return f"service {self.service.name}"

        @property
        def namespace(self) -> Namespace:
            return self.service.namespace


@lru_cache(maxsize=MANY)
def _process(service: ComposeService) -> tuple[Process, Sequence[Unresolved | Reference]]:
    """Its process, and the files with variables that it names."""
    settings, project, found = service.settings, service.merged_in, service.origin
    environment, files = environment_of(settings, found, project)
    return process(settings, service.namespace, found, project, environment), files
