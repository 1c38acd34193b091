from deploylint import Finding, Findings, Group, Label, Severity, rule
from deploylint.facts import Known
from deploylint.formats.compose.interpolation import text_value
from deploylint.formats.compose.merged import merged_services
from deploylint.project import Project
from deploylint.values.errors import printable


@rule(
    Severity.ERROR,
    group=Group.VALIDITY,
    symptoms=(
        "service * declares mutually exclusive `network_mode` and `networks`",
        "conflicting options: port publishing and the container type network mode",
        "Published ports are discarded when using host network mode",
    ),
)
def compose_network_mode_conflict(project: Project) -> Findings:
    """`network_mode` together with settings that only hold in networks of containers.

    ## Why is this bad?
    With `networks`, compose refuses the project. With `ports`, Docker discards them for `host` (the
    program listens on the host's own ports, whatever stands there) and refuses them for `service:` and
    `container:`.

    ## Example
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        network_mode: host
        ports:
          - "127.0.0.1:8000:8000"
    ```

    ## Use instead
    ```compose
    services:
      web:
        image: registry.example.com/shop:1.4
        ports:
          - "127.0.0.1:8000:8000"
    ```

    ## References
    - https://docs.docker.com/reference/compose-file/services/#network_mode
    - https://docs.docker.com/engine/network/drivers/host/
    """
    for one, settings in merged_services(project):
        mode = text_value(settings.last("network_mode"), one.environment)
        if not isinstance(mode, Known) or mode.at is None:
            continue
        networks, ports = settings.last("networks"), settings.last("ports")
        related = (Label(mode.at, "the network of the container"),)
        if networks is not None:
            yield Finding(
                networks.at,
                printable(f'service "{settings.name}" declares mutually exclusive network_mode and networks'),
                label="compose refuses the project",
                related=related,
                help="remove one of the two",
            )
        elif ports is not None and mode.value == "host":
            yield Finding(
                ports.at,
                printable(
                    f'the ports of service "{settings.name}" are discarded, since it uses the network of the host'
                ),
                label="discarded: the program listens on the host's own ports",
                related=related,
                help="remove one of the two",
                severity=Severity.WARNING,
            )
        elif ports is not None and mode.value.startswith(("service:", "container:")):
            yield Finding(
                ports.at,
                "conflicting options: port publishing and the container type network mode",
                label="Docker refuses the container",
                related=related,
                help="publish the ports of the container whose network it is",
            )
