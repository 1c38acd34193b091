"""Services as compose merges them, for rules on what no single file says."""

from collections.abc import Iterator
from functools import lru_cache

from deploylint.formats.compose.nodes import ComposeFile, Mapping
from deploylint.formats.compose.projects import Project, Settings, folder_of, kept_projects
from deploylint.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint import project


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


def is_alone(one: Project) -> bool:
    """Whether all files that make up the project are known: none is laid over a file that is elsewhere."""
    return not one.unresolved and all(
        any(settings.all(name) for name in ("image", "build", "extends", "provider"))
        for settings in one.services.values()
    )


def names_around(run: "project.Project", one: Project, section: str) -> set[str]:
    """What any compose file of the project's folder, or one that the project includes, declares in a section."""
    files = [file for file in run.documents_of(ComposeFile) if folder_of(file.path) == one.folder]
    found: set[str] = set()
    for file in dict.fromkeys([*files, *one.files]):
        sections = file.services if section == "services" else file.section(section)
        found.update(name for mapping in sections for name in mapping.names)
    return found


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
