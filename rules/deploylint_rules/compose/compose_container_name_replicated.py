from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.merged import merged_services
from deploylint.formats.compose.nodes import Mapping
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=("can't set container_name and * as container name must be unique*",),
)
def compose_container_name_replicated(project: Project) -> Findings:
    """Several containers of one service are to have one name.

    ## Why is this bad?
    A container's name is unique. Compose refuses a service with `container_name` and more than one replica.

    ## Example
    ```compose
    services:
      worker:
        image: registry.example.com/shop:1.4
        container_name: shop-worker
        deploy:
          replicas: 3
    ```

    ## Use instead
    ```compose
    services:
      worker:
        image: registry.example.com/shop:1.4
        deploy:
          replicas: 3
    ```

    ## References
    - https://docs.docker.com/reference/compose-file/services/#container_name
    """
    for one, settings in merged_services(project):
        name = settings.last("container_name")
        deploy = settings.last("deploy")
        count = (deploy.get("replicas") if isinstance(deploy, Mapping) else None) or settings.last("scale")
        value = text_value(count, one.environment)
        if name is None or count is None or not isinstance(value, Known) or not value.value.isdecimal():
            continue
        if value.value.lstrip("0") not in ("", "1"):
            yield Finding(
                name.at,
                printable(
                    f'can\'t set container_name of service "{settings.name}", which has {value.value[:9]} replicas: container names are unique'
                ),
                label="compose refuses the project",
                related=(Label(count.at, "more than one container"),),
                help="remove container_name: other services reach it by the name of the service",
            )
