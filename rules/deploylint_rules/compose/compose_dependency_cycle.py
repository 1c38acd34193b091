from deploylint import Finding, Findings, Group, Severity, rule
from deploylint.formats.compose.keys import items
from deploylint.formats.compose.merged import merged_projects
from deploylint.formats.compose.nodes import Node, Scalar
from deploylint.formats.compose.projects import Project as ComposeProject
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(Severity.ERROR, group=Group.VALIDITY, symptoms=("dependency cycle detected: *",))
def compose_dependency_cycle(project: Project) -> Findings:
    """Services that wait for each other in a circle.

    ## Why is this bad?
    Compose cannot tell which one to start first and refuses the project.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        depends_on: [worker]
      worker:
        image: registry.example.com/shop:1.4
        depends_on: [web]
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        depends_on: [worker]
      worker:
        image: registry.example.com/shop:1.4
    ```

    ## References
    - https://docs.docker.com/reference/compose-file/services/#depends_on
    """
    for one in merged_projects(project):
        edges = {name: needs for name in one.services if (needs := _needs(one, name))}
        circle = _circle(edges)
        if circle:
            first = edges[circle[0]][circle[1]]
            yield Finding(
                first.at,
                printable(f"dependency cycle detected: {' -> '.join(circle[:20])}"),
                label="compose refuses the project",
                help="let one of them start without the other",
            )


def _needs(one: ComposeProject, name: str) -> dict[str, Node]:
    nodes = one.services[name].all("depends_on")
    # What a profile leaves out breaks the circle.
    if not nodes or one.services[name].all("profiles"):
        return {}
    return {
        node.value: node for node in items(nodes) if isinstance(node, Scalar) and node.value in one.services
    }


def _circle(edges: dict[str, dict[str, Node]]) -> list[str]:
    """The first circle, closed with its first name; empty where there is none."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        on_path: set[str] = set()
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            name, leaving = waiting.pop()
            if leaving:
                path.pop()
                on_path.discard(name)
                done.add(name)
                continue
            if name in on_path:
                return [*path[path.index(name) :], name]
            if name in done:
                continue
            path.append(name)
            on_path.add(name)
            waiting.append((name, True))
            waiting += [(needed, False) for needed in reversed(edges.get(name, {}))]
    return []
