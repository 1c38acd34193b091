from collections.abc import Iterator

from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.compose.images import build
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.merged import disabled_healthcheck, has, merged_services
from deploylint.formats.compose.nodes import Mapping, Node
from deploylint.formats.compose.projects import Project as ComposeProject
from deploylint.formats.compose.settings import Settings
from deploylint.formats.dockerfile import Dockerfile
from deploylint.formats.dockerfile.image import official_name
from deploylint.project import Project
from deploylint.values.errors import printable
from deploylint_rules.compose._images import WITHOUT_HEALTHCHECK

_LASTING = ("always", "unless-stopped")


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "dependency failed to start: container * has no healthcheck configured",
        "dependency failed to start: container * is unhealthy",
    ),
)
def compose_unhealthy_dependency(project: Project) -> Findings:
    """A service waits for a state that the other service never reaches.

    ## Why is this bad?
    `service_healthy` needs a health check: without one compose stops with `has no healthcheck
    configured`, and the waiting service never starts. `service_completed_successfully` needs a service
    that ends: one that is always restarted never does.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:16.4
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:16.4
        healthcheck:
          test: pg_isready -U postgres
          interval: 5s
    ```

    ## When it is fine
    When the image brings its own health check. The rule speaks of official images that have none, and of
    images whose Dockerfile is in the repository.

    ## References
    - https://docs.docker.com/reference/compose-file/services/#long-syntax-1
    - https://docs.docker.com/compose/how-tos/startup-order/
    """
    for one, settings in merged_services(project):
        for name, condition, node in _conditions(settings, one):
            needed = one.services.get(name)
            if needed is None:
                continue
            related = (Label(needed.at, "this service"),)
            if condition == "service_healthy" and _never_healthy(needed, one):
                yield Finding(
                    node.at,
                    printable(
                        f'"{settings.name}" waits until "{name}" is healthy, which has no healthcheck configured'
                    ),
                    label="compose gives up here",
                    related=related,
                    help=f"add a healthcheck to {name}",
                )
            restart = text_value(needed.last("restart"), one.environment)
            if (
                condition == "service_completed_successfully"
                and isinstance(restart, Known)
                and restart.value in _LASTING
            ):
                yield Finding(
                    node.at,
                    printable(
                        f'"{settings.name}" waits until "{name}" has ended, which is restarted for ever'
                    ),
                    label="never reached",
                    related=related,
                    help=f'give {name} restart: "no"',
                    severity=Severity.WARNING,
                )


def _conditions(settings: Settings, one: ComposeProject) -> Iterator[tuple[str, str, Node]]:
    for node in settings.all("depends_on"):
        for name in node.merged if isinstance(node, Mapping) else ():
            entry = node.get(name) if isinstance(node, Mapping) else None
            condition = entry.get("condition") if isinstance(entry, Mapping) else None
            value = text_value(condition, one.environment)
            if isinstance(value, Known) and condition is not None:
                yield name, value.value, condition


def _never_healthy(needed: Settings, one: ComposeProject) -> bool:
    if disabled_healthcheck(needed):
        return True
    if has(needed, "healthcheck"):
        return False
    found = build(needed, one)
    if found.made is not None and isinstance(found.document, Dockerfile):
        checked = any(instruction.name == "HEALTHCHECK" for instruction in found.document.instructions)
        base = found.made.base
        return (
            not checked
            and base is not None
            and (official_name(base) in WITHOUT_HEALTHCHECK or found.made.is_plain)
        )
    return (
        found.name is not None and "$" not in found.name and official_name(found.name) in WITHOUT_HEALTHCHECK
    )
