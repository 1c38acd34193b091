"""Which files and services are for development, where reloading and debugging are wanted."""

from functools import lru_cache

from deploylint.facts import Mount, Namespace, Process
from deploylint.pattern import IGNORECASE, pattern
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.project import Project

_NAMES = pattern(
    r"(?:^|[/._ -])(?:dev|devel|development|debug|local|test|tests|testing|ci|example|examples|sample|samples|demo"
    r"|override|sandbox)(?=[/._ -]|$)",
    IGNORECASE,
)


def says_development(name: str) -> bool:
    """Whether a path or the name of a service says so."""
    return _NAMES.search(name) is not None


@lru_cache(maxsize=1)
def services_with_sources(project: "Project") -> frozenset[Namespace]:
    """Compose services that mount files of the repository: their sources change on the machine."""
    return frozenset(mount.service.namespace for mount in project.every(Mount) if mount.kind == "bind")


def is_for_development(process: Process, mounted: frozenset[Namespace]) -> bool:
    """Whether a process is meant for a developer's machine."""
    if says_development(process.document.path) or says_development(process.name):
        return True
    return not process.namespace.is_host and process.namespace in mounted
