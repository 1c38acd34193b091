"""Services as compose merges them, for rules on what no single file says."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache

from deploylint.formats.compose.nodes import ComposeFile, Mapping
from deploylint.formats.compose.projects import Project, folder_of, kept_projects
from deploylint.formats.compose.settings import Settings
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint import project
    from deploylint.facts import Namespace


@lru_cache(maxsize=1)
def merged_projects(run: "project.Project") -> tuple[Project, ...]:
    """Every compose project and variant of the files of a run, without templated and broken ones; merged once for all rules."""
    found = kept_projects(tuple(run.documents_of(ComposeFile)), run.tree)
    return tuple(one for one in found if not any(file.templated or file.problems for file in one.files))


def merged_services(run: "project.Project") -> Iterator[tuple[Project, Settings]]:
    """Every service with its project."""
    for one in merged_projects(run):
        for settings in one.services.values():
            yield one, settings


def merged_service(run: "project.Project", namespace: "Namespace") -> tuple[Project, Settings] | None:
    """The service whose containers have this namespace."""
    one = _by_name(run).get(namespace.project)
    settings = None if one is None else one.services.get(namespace.service)
    return None if one is None or settings is None else (one, settings)


@lru_cache(maxsize=1)
def _by_name(run: "project.Project") -> dict[str, Project]:
    return {one.name: one for one in merged_projects(run)}


def is_alone(one: Project) -> bool:
    """Whether all files that make up the project are known: none is laid over a file that is elsewhere."""
    return not one.unresolved and all(
        any(settings.all(name) for name in ("image", "build", "extends", "provider"))
        for settings in one.services.values()
    )


def names_around(run: "project.Project", one: Project, section: str) -> AbstractSet[str]:
    """What any compose file of the project's folder, or one that the project includes, declares in a section."""
    elsewhere = tuple(file for file in one.files if folder_of(file.path) != one.folder)
    inside = _names_in(run, one.folder, section)
    return inside | _names(elsewhere, section) if elsewhere else inside


@lru_cache(maxsize=8)
def names_anywhere(run: "project.Project", section: str) -> AbstractSet[str]:
    """What `names_around` tells of all projects."""
    projects = merged_projects(run)
    folders = dict.fromkeys(one.folder for one in projects)
    beside = (file for folder in folders for file in _by_folder(run).get(folder, ()))
    return _names(tuple(dict.fromkeys((*beside, *(file for one in projects for file in one.files)))), section)


@lru_cache(maxsize=8)
def _names_in(run: "project.Project", folder: str, section: str) -> AbstractSet[str]:
    return _names(tuple(_by_folder(run).get(folder, ())), section)


@lru_cache(maxsize=1)
def _by_folder(run: "project.Project") -> dict[str, list[ComposeFile]]:
    found: dict[str, list[ComposeFile]] = {}
    for file in run.documents_of(ComposeFile):
        found.setdefault(folder_of(file.path), []).append(file)
    return found


def _names(files: tuple[ComposeFile, ...], section: str) -> AbstractSet[str]:
    """What the files declare, and what is there without."""
    found: list[AbstractSet[str]] = [
        mapping.names
        for file in files
        for mapping in (file.services if section == "services" else file.section(section))
    ]
    if section == "networks":
        found.append({"default"})
    return found[0] if len(found) == 1 else frozenset[str]().union(*found)


def has(settings: Settings, name: str) -> bool:
    """Whether a key is set to something."""
    return settings.last(name) is not None


def disabled_healthcheck(settings: Settings) -> bool:
    """Whether `healthcheck` switches the image's check off."""
    from deploylint.formats.compose.keys import TRUE, names  # noqa: PLC0415  it imports this package's projects

    check = settings.last("healthcheck")
    if not isinstance(check, Mapping):
        return False
    disable, test = check.get("disable"), check.get("test")
    return next(names([disable] if disable else [], {}), "") in TRUE or (
        test is not None and next(names([test], {}), "") == "NONE"
    )
