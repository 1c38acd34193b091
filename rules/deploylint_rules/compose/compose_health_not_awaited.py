from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.formats.compose.merged import disabled_healthcheck, has, merged_services
from deploylint.formats.compose.nodes import Scalar, Sequence, resolved
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(Severity.NOTE, group=Group.RELIABILITY, pedantic=True)
def compose_health_not_awaited(project: Project) -> Findings:
    """`depends_on` in its short form, though the other service has a health check.

    ## Why is this bad?
    The short form waits until the container runs, not until the program in it answers. The health check
    that would tell is there, and nobody waits for it: the first start after a reboot fails or is a matter
    of luck.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        depends_on:
          - db
      db:
        image: postgres:16.4
        healthcheck:
          test: pg_isready -U postgres
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
    ```

    ## When it is fine
    When the program itself waits and tries again.

    ## References
    - https://docs.docker.com/compose/how-tos/startup-order/
    """
    for one, settings in merged_services(project):
        for node in settings.all("depends_on"):
            for item in map(resolved, node.items) if isinstance(node, Sequence) else ():
                needed = one.services.get(item.value) if isinstance(item, Scalar) else None
                if needed is None or not has(needed, "healthcheck") or disabled_healthcheck(needed):
                    continue
                check = needed.last("healthcheck")
                yield Finding(
                    item.at,
                    printable(f'"{settings.name}" does not wait until "{needed.name}" is healthy'),
                    label="waits for the start of the container only",
                    related=(Label(check.at, "this check could tell"),) if check is not None else (),
                    help="write condition: service_healthy",
                )
