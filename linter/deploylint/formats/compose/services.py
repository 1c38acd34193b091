"""The processes of services."""

from collections.abc import Sequence
from functools import lru_cache

from deploylint.facts import (
    Environment,
    Namespace,
    Process,
    Reference,
    Supervision,
    SupervisorKind,
    Unresolved,
    fill,
)
from deploylint.formats.compose.images import Build, build
from deploylint.formats.compose.processes import environment_of, process
from deploylint.formats.compose.projects import Project, Settings
from deploylint.left_facts import MANY, LeftProcess
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING

# What most of them share, and what the model asks first.
_KEPT = ("document", "group", "instances", "umask")


class ServiceProcess(LeftProcess):
    """The process of a service, of which its settings tell what is not kept."""

    __slots__ = ("_project", "_settings", "_tree")

    manager = SupervisorKind.COMPOSE
    _project: Project
    _settings: Settings
    _tree: Tree

    def __init__(self, settings: Settings, project: Project, tree: Tree) -> None:
        namespace = Namespace(project.name, settings.name)
        super().__init__(namespace=namespace, _settings=settings, _project=project, _tree=tree)
        made = self._whole()
        fill(self, _kind=made.kind, **{name: getattr(made, name) for name in _KEPT})

    def _whole(self) -> Process:
        return _process(self)

    def _whole_supervision(self) -> Supervision:
        return _process(self).supervision

    @property
    def build(self) -> Build:
        return build(self._settings, self._project)

    @property
    def env_files(self) -> Sequence[Unresolved | Reference]:
        """Those that its settings name, there or not."""
        return _environment(self)[1]

    if not TYPE_CHECKING:

        @property
        def name(self) -> str:
            return f"service {self._settings.name}"

        @property
        def environment(self) -> Environment:
            return _environment(self)[0]


@lru_cache(maxsize=MANY)
def _process(left: ServiceProcess) -> Process:
    settings, project = left._settings, left._project  # noqa: SLF001  it is a part of that class
    return process(settings, left.namespace, left.build, project, left.environment)


@lru_cache(maxsize=MANY)
def _environment(left: ServiceProcess) -> tuple[Environment, Sequence[Unresolved | Reference]]:
    return environment_of(left._settings, left.build, left._project, left._tree)  # noqa: SLF001
