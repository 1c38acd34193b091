from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.compose.interpolation import word
from deploylint.formats.compose.keys import items
from deploylint.formats.compose.merged import is_alone, merged_projects, names_anywhere, names_around
from deploylint.formats.compose.nodes import Mapping, Node, Scalar
from deploylint.formats.compose.projects import BASES
from deploylint.formats.compose.projects import Project as ComposeProject
from deploylint.formats.compose.settings import Settings
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint.vocabulary.nearest import nearest_of_few

_SECTIONS = {
    "depends_on": ("services", "depends on undefined service"),
    "links": ("services", "depends on undefined service"),
    "networks": ("networks", "refers to undefined network"),
    "volumes": ("volumes", "refers to undefined volume"),
    "configs": ("configs", "refers to undefined config"),
    "secrets": ("secrets", "refers to undefined secret"),
}


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "service * depends on undefined service *",
        "service * refers to undefined network *",
        "service * refers to undefined volume *",
        "service * refers to undefined config *",
        "service * refers to undefined secret *",
    ),
)
def compose_undefined_reference(project: Project) -> Findings:
    """A service names a service, network, volume or secret that is not there.

    ## Why is this bad?
    Compose checks all names when it reads the file and refuses the whole project: nothing starts.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        networks: [backend]
        depends_on: [database]
      db:
        image: postgres:16.4
        networks: [backend]
    networks:
      backend:
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        networks: [backend]
        depends_on: [db]
      db:
        image: postgres:16.4
        networks: [backend]
    networks:
      backend:
    ```

    ## When it is fine
    In a file that is only used together with another one, which declares the name. The rule looks at all
    compose files of the folder and leaves files alone that lack the image of a service.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#depends_on
    - https://docs.docker.com/reference/compose-file/volumes/
    """
    for one in merged_projects(project):
        if not is_alone(one):
            continue
        sections = dict.fromkeys(section for section, _ in _SECTIONS.values())
        declared = {section: _declared(project, one, section) for section in sections}
        for settings in one.services.values():
            for key, (section, words) in _SECTIONS.items():
                known = declared[section]
                for name, node in _named(settings, key, one):
                    if name not in known:
                        meant = nearest_of_few(name, known)
                        yield Finding(
                            node.at,
                            printable(f'service "{settings.name}" {words} "{name[:60]}"'),
                            label="compose refuses the project",
                            help=f"write {meant}" if meant else f"declare it under {section}",
                        )


def _declared(project: Project, one: ComposeProject, section: str) -> AbstractSet[str]:
    """The names that count: those of the folder, and for a file that somebody must name with -f those of all files."""
    if any(file.path.rpartition("/")[2] in BASES for file in one.files):
        return names_around(project, one, section)
    return names_anywhere(project, section)


def _named(settings: Settings, key: str, one: ComposeProject) -> Iterator[tuple[str, Node]]:
    for node in items(settings.all(key)):
        name_node: Node | None = node
        if isinstance(node, Mapping):
            if key == "volumes" and not _is_volume(node):
                continue
            name_node = node.get("source") or (node.get("src") if key == "volumes" else None)
        if not isinstance(name_node, Scalar) or (found := word(name_node, one.environment)).opaque:
            continue
        name = found.value
        if key == "volumes" and isinstance(node, Scalar):
            name = _volume_of(name)
        elif key == "links":
            name = name.partition(":")[0]
        if name:
            yield name, name_node


def _is_volume(node: Mapping) -> bool:
    kind = node.get("type")
    return isinstance(kind, Scalar) and kind.value == "volume"


def _volume_of(written: str) -> str:
    """The name in `name:/path`; empty for paths and anonymous volumes."""
    source, colon, target = written.partition(":")
    named = colon and source[:1].isalnum() and "/" not in source and "\\" not in source and len(source) > 1
    return source if named and target.startswith("/") else ""
