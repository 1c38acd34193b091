from deploylint import Confidence, Context, Finding, Findings, Group, Severity, rule
from deploylint.facts import Known, Process, PublishedPort
from deploylint.formats.command_line.invocation import Kind
from deploylint_rules.compose._images import PANELS, is_for_development, last_name

_RABBITMQ_MANAGEMENT = 15672
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104


@rule(Severity.WARNING, group=Group.SECURITY, confidence=Confidence.MEDIUM)
def compose_control_panel_published(port: PublishedPort, context: Context) -> Findings:
    """A control panel (Flower, pgAdmin, Adminer, ...) is published on all interfaces.

    ## Why is this bad?
    Such panels read and change what they look after: tables, queues, containers. Some have no password
    unless one is set (Flower runs without one, and shows the arguments of all tasks), none is made for
    the open internet, and plain HTTP hands over the password.

    ## Example
    ```compose
    services:
      flower:
        image: mher/flower:2.0
        ports:
          - "5555:5555"
    ```

    ## Use instead
    ```compose
    services:
      flower:
        image: mher/flower:2.0
        ports:
          - "127.0.0.1:5555:5555"
    ```

    ## When it is fine
    In a private network. Files that say in their name or folder that they are for development or tests, and override files,
    are left alone.

    ## References
    - https://flower.readthedocs.io/en/latest/auth.html
    - https://www.adminer.org/en/password/
    """
    service = port.service
    if port.host_ip not in _EVERYWHERE or is_for_development(port.at.path) or service.document.templated:
        return
    image = last_name(service.image)
    panel = PANELS.get(image)
    if image == "rabbitmq" and isinstance(port.container_port, Known):
        panel = "RabbitMQ's management" if port.container_port.value == _RABBITMQ_MANAGEMENT else None
    if panel is None and _runs_flower(port, context):
        panel = "Flower"
    if panel is not None:
        yield Finding(
            port.at,
            f"{panel} (service {service.name}) is published on all interfaces of the host",
            label="open to everybody who reaches the host",
            help="publish it on 127.0.0.1 and use an SSH tunnel, or put it behind nginx with a password and TLS",
        )


def _runs_flower(port: PublishedPort, context: Context) -> bool:
    return any(
        process.kind is Kind.CELERY_FLOWER
        for process in context.project.having(Process, "namespace", port.service.namespace)
    )
