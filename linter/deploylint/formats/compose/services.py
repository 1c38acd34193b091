"""The processes of services. There may be very many, so that most of what they say is worked out whenever somebody asks."""

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
)
from deploylint.formats.command_line.invocation import Kind
from deploylint.formats.compose.images import Build, build
from deploylint.formats.compose.processes import environment_of, process
from deploylint.formats.compose.projects import Project, Settings
from deploylint.tree import Tree
from deploylint.typed import TYPE_CHECKING, Any

# What most of them share, and what the model asks first.
_KEPT = ("document", "group", "instances", "umask", "instance")
_MANY = 512  # processes: more than rules look at together, or than a file for people has


class ServiceProcess(Process):
    """The process of a service, of which its settings tell what is not kept."""

    __slots__ = ("_kind", "_project", "_settings", "_tree")

    visited_as = Process
    _kind: Kind | None
    _project: Project
    _settings: Settings
    _tree: Tree

    def __init__(self, settings: Settings, project: Project, tree: Tree) -> None:
        _set(
            self,
            namespace=Namespace(project.name, settings.name),
            _settings=settings,
            _project=project,
            _tree=tree,
        )
        made = _process(self)
        _set(self, _kind=made.kind, **{name: getattr(made, name) for name in _KEPT})

    @property
    def build(self) -> Build:
        return build(self._settings, self._project)

    @property
    def env_files(self) -> Sequence[Unresolved | Reference]:
        """Those that its settings name, there or not."""
        return _environment(self)[1]

    @property
    def kind(self) -> Kind | None:
        return self._kind

    if not TYPE_CHECKING:

        @property
        def name(self) -> str:
            return f"service {self._settings.name}"

        @property
        def supervision(self) -> Supervision:
            return _ServiceSupervision(self)

        @property
        def environment(self) -> Environment:
            return _environment(self)[0]

        def __getattr__(self, name: str) -> Any:
            return getattr(_process(self), name)


class _ServiceSupervision(Supervision):
    __slots__ = ("_process",)

    def __init__(self, process: ServiceProcess) -> None:
        _set(self, kind=SupervisorKind.COMPOSE, service_type="", _process=process)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return getattr(_process(self._process).supervision, name)


def _set(fact: object, **values: object) -> None:
    """Set fields of a fact, which is frozen for everybody else."""
    for name, value in values.items():
        object.__setattr__(fact, name, value)


@lru_cache(maxsize=_MANY)
def _process(left: ServiceProcess) -> Process:
    settings, project = left._settings, left._project  # noqa: SLF001  it is a part of that class
    return process(settings, left.namespace, left.build, project, left.environment)


@lru_cache(maxsize=_MANY)
def _environment(left: ServiceProcess) -> tuple[Environment, Sequence[Unresolved | Reference]]:
    return environment_of(left._settings, left.build, left._project, left._tree)  # noqa: SLF001
